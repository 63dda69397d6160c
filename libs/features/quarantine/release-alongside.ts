import { GatewayError } from '@chargelog/domain';
import { recordAct } from '@chargelog/features/audit';
import type { AlongsideAppend } from '@chargelog/pipeline';

const LOCK_HELD = `select 1 from quarantine where delivery_key = $1 and state = 'held' for update`;

const MARK_RELEASED = `
  update quarantine
     set state = 'released', decided_at = clock_timestamp(), decided_by = $2, decision = $3, released_as = $4
   where delivery_key = $1`;

/**
 * Releases an entry of quarantine in the transaction of the event it becomes: the entry is locked first, and marked and
 * audited with the outcome. Where it goes to quarantine again, it stays held.
 *
 * @param by actor for the audit trail
 * @param more what else the audit holds
 */
export function releaseAlongside(
  quarantineId: string,
  by: string,
  more: Readonly<Record<string, unknown>> = {},
): AlongsideAppend {
  return async (transaction) => {
    const { rowCount } = await transaction.query(LOCK_HELD, [quarantineId]);
    if (rowCount !== 1) {
      throw new GatewayError(
        'conflict',
        'The entry of quarantine is no longer held; read it to see what became of it.',
      );
    }
    return async ([became]) => {
      if (became === undefined || became.outcome === 'quarantined') return;
      await transaction.query(MARK_RELEASED, [quarantineId, by, became.eventId, became.outcome]);
      await recordAct(transaction, {
        actor: by,
        action: 'quarantine.release',
        subject: quarantineId,
        detail: { ...became, ...more },
      });
    };
  };
}
