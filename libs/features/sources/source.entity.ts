import type { Transport } from '@chargelog/domain';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';

@Entity('tenant')
export class TenantEntity {
  @PrimaryGeneratedColumn('identity', { type: 'smallint' })
  id!: number;

  @Column('text')
  name!: string;
}

@Entity('source')
export class SourceEntity {
  @PrimaryGeneratedColumn('identity', { type: 'smallint' })
  id!: number;

  @Column('text')
  name!: string;

  @Column('text')
  kind!: Transport;

  @ManyToOne(() => TenantEntity, { nullable: false, eager: true })
  @JoinColumn({ name: 'tenant_id' })
  tenant!: TenantEntity;
}
