import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { DepartureKind } from '@chargelog/catalogue';
import { TenantEntity } from '@chargelog/features/sources';

/** A name of AMPECO's. Made by the event log, before the first event of the name. */
@Entity('notification')
export class NotificationEntity {
  @PrimaryColumn('int')
  id!: number;

  @Column('text')
  name!: string;
}

/** One row per place and kind of difference, whatever the number of bodies. Places and rules, never what a body held. */
@Entity('drift')
export class DriftEntity {
  @PrimaryColumn({ type: 'smallint', name: 'tenant_id' })
  tenantId!: number;

  @ManyToOne(() => TenantEntity, { nullable: false })
  @JoinColumn({ name: 'tenant_id' })
  tenant!: TenantEntity;

  @PrimaryColumn({ type: 'int', name: 'notification_id' })
  notificationId!: number;

  @ManyToOne(() => NotificationEntity, { nullable: false })
  @JoinColumn({ name: 'notification_id' })
  notification!: NotificationEntity;

  @PrimaryColumn('text')
  kind!: DepartureKind;

  /** JSON Pointer, see `Departure`. */
  @PrimaryColumn('text')
  path!: string;

  @Column('text')
  expected!: string;

  @Column({ type: 'timestamptz', name: 'first_seen_at' })
  firstSeenAt!: Date;

  @Column({ type: 'timestamptz', name: 'last_seen_at' })
  lastSeenAt!: Date;

  /** bigint: decimal text. */
  @Column('bigint')
  count!: string;

  @Column({ type: 'uuid', name: 'example_event_id' })
  exampleEventId!: string;
}
