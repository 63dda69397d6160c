import type { QuarantineRelease } from '@chargelog/pipeline';

interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

/**
 * Locks the entry while its release is under way, before the transaction registers in the feed: whoever waits here for
 * another release holds nothing up.
 */
export function lockHeldEntry(release: QuarantineRelease): Statement {
  return {
    name: 'quarantine_lock_held',
    text: `select 1 from quarantine where delivery_key = $1 and state = 'held' for update`,
    values: [release.quarantineId],
  };
}

export function markReleased(
  release: QuarantineRelease,
  became: { readonly outcome: 'stored' | 'duplicate'; readonly eventId: string },
): Statement {
  return {
    name: 'quarantine_mark_released',
    text: `update quarantine
              set state = 'released', decided_at = clock_timestamp(), decided_by = $2, decision = $3, released_as = $4
            where delivery_key = $1`,
    values: [release.quarantineId, release.by, became.eventId, became.outcome],
  };
}
