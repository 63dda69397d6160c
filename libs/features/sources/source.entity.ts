import type { Source, Transport } from '@chargelog/domain';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

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

export function toSource({ id, name, kind, tenant }: SourceEntity): Source {
  return { id, name, kind, tenant: tenant.name, tenantId: tenant.id };
}

/** Where a secret came from: the YAML file owns its own, the API those that were added to it. */
export type SecretOrigin = 'configuration' | 'api';

@Entity('source_secret')
export class SourceSecretEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column({ type: 'smallint', name: 'source_id' })
  sourceId!: number;

  @Column('text')
  name!: string;

  @Column('text')
  origin!: SecretOrigin;

  @Column('text')
  fingerprint!: string;

  /** Null, as the ciphertext, when it is retired: what is not there cannot leak. */
  @Column({ type: 'text', name: 'key_id', nullable: true })
  keyId!: string | null;

  @Column('bytea', { nullable: true })
  ciphertext!: Buffer | null;

  @Column({ type: 'timestamptz', name: 'created_at', insert: false })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'retired_at', nullable: true })
  retiredAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'last_signed_at', nullable: true })
  lastSignedAt!: Date | null;
}
