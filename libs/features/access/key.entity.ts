import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Scope } from '@chargelog/http';

@Entity('api_key')
export class ApiKeyEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  name!: string;

  /** SHA-256 of the key's text; the text itself is stored nowhere. */
  @Column('bytea')
  hash!: Buffer;

  @Column('text')
  prefix!: string;

  @Column('text', { array: true })
  scopes!: Scope[];

  /** Null: all. */
  @Column('text', { array: true, nullable: true })
  tenants!: string[] | null;

  @Column({ type: 'timestamptz', name: 'created_at', insert: false })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;
}
