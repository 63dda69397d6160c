import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * One life of the log. A new row is declared when positions may repeat, as after a restore or a failover; cursors of an
 * earlier epoch are refused then.
 */
@Entity('log_epoch')
export class LogEpochEntity {
  @PrimaryColumn('uuid')
  epoch!: string;

  @Column({ type: 'timestamptz', name: 'started_at', insert: false })
  startedAt!: Date;
}
