import { GatewayError } from '@chargelog/domain';
import { recordAct } from '@chargelog/features/audit';
import type { AlongsideAppend, AppendOutcome } from '@chargelog/pipeline';

/** In the order of the ids, so that two who admit the same rejections cannot wait for each other in a circle. */
const REMOVE = `
  with kept as (select id from rejection where id = any ($1::uuid[]) order by id for update)
  delete from rejection r using kept where r.id = kept.id`;

/**
 * Removes kept rejections in the transaction that admits them, under their ids as delivery keys, and audits what they
 * became. Two who admit the same rejections take turns; the second one gets `conflict` and admits nothing.
 *
 * @param source name of their source
 * @param by actor for the audit trail
 */
export function readmitAlongside(source: string, by: string): AlongsideAppend {
  return async (transaction, entries, isRepeated) => {
    const { rowCount } = await transaction.query(REMOVE, [entries.map(({ delivery }) => delivery.key)]);
    // An earlier attempt has removed and audited them all; what they became is only asked for once more.
    if (isRepeated && rowCount === 0) return () => Promise.resolve();
    if (rowCount !== entries.length)
      throw new GatewayError(
        'conflict',
        'Somebody else admits these rejections, or they are no longer kept.',
      );
    return (outcomes) =>
      recordAct(transaction, {
        actor: by,
        action: 'rejections.reverify',
        subject: source,
        detail: tallyOf(outcomes),
      });
  };
}

function tallyOf(outcomes: readonly AppendOutcome[]): Record<AppendOutcome['outcome'], number> {
  const tally = { stored: 0, duplicate: 0, quarantined: 0 };
  for (const { outcome } of outcomes) tally[outcome] += 1;
  return tally;
}
