import { GatewayCallError } from '@chargelog/sdk';
import { contentKey, type Account } from './account.js';
import type { GatewayFeed } from './gateway-feed.js';

/** What the gateway's feed holds of this run. */
export interface Comparison {
  readonly agrees: boolean;
  /** Distinct notifications of which at least one copy was sent. */
  readonly sentCount: number;
  /** Of those, how many stand in the feed. */
  readonly foundCount: number;
  /** Acknowledged, but not in the feed. */
  readonly lostCount: number;
  /** Never acknowledged and not in the feed. */
  readonly undeliveredCount: number;
  /** In the feed more than once. */
  readonly repeatedCount: number;
  /** In the feed under another event id than was answered. */
  readonly misnamedCount: number;
  /** Events of other senders that came meanwhile. */
  readonly othersCount: number;
  /** Why the feed could not be read to its end. */
  readonly problem?: string;
}

export interface CompareOptions {
  /** How long to wait, after the last of ours appeared, for what is missing. */
  readonly withinMs: number;
  /** Ends the waiting early. */
  readonly signal?: AbortSignal;
}

const LONGEST_WAIT_MS = 2_000;
const PAUSE_AFTER_FAULT_MS = 250;

/**
 * Follows the feed from the cursor of before the run until everything acknowledged has appeared and the end is reached,
 * or nothing of ours has come for the given time (so that other senders cannot keep it reading for ever). Each event is
 * matched by its content, not by an id or a count, so that the gateway's rule of identity is tested and not used.
 */
export async function compareWithFeed(
  feed: Pick<GatewayFeed, 'read'>,
  cursor: string,
  account: Account,
  options: CompareOptions,
): Promise<Comparison> {
  let deadline = performance.now() + options.withinMs;
  const expected = [...account.notifications.values()].filter(({ acknowledged }) => acknowledged).length;
  let after = cursor;
  let acknowledgedFound = 0;
  let othersCount = 0;
  let misnamedCount = 0;
  let problem: string | undefined;
  for (;;) {
    const complete = acknowledgedFound >= expected;
    const leftMs = deadline - performance.now();
    try {
      const page = await feed.read(
        after,
        complete ? 0 : Math.min(LONGEST_WAIT_MS, Math.max(0, leftMs)) / 1_000,
      );
      problem = undefined;
      after = page.next;
      for (const { id, data } of page.data) {
        const tracked = account.notifications.get(contentKey(data));
        if (tracked === undefined) othersCount++;
        else {
          tracked.foundCount++;
          if (tracked.eventId !== undefined && tracked.eventId !== id) misnamedCount++;
          if (tracked.foundCount > 1) continue;
          if (tracked.acknowledged) acknowledgedFound++;
          deadline = performance.now() + options.withinMs;
        }
      }
      const atEnd = page.data.length === 0 && !page.more;
      if ((atEnd && acknowledgedFound >= expected) || deadline <= performance.now()) break;
    } catch (error) {
      if (!(error instanceof GatewayCallError)) throw error;
      problem = error.message;
      // 4xx stays as it is; a gateway that is restarting comes back.
      if ((error.status ?? 500) < 500 || leftMs <= 0) break;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_FAULT_MS));
    }
    if (options.signal?.aborted === true) {
      problem ??= 'the comparison was ended early';
      break;
    }
  }
  return conclude(account, { othersCount, misnamedCount, ...(problem !== undefined && { problem }) });
}

function conclude(
  account: Account,
  seen: Pick<Comparison, 'othersCount' | 'misnamedCount' | 'problem'>,
): Comparison {
  let sentCount = 0;
  let foundCount = 0;
  let lostCount = 0;
  let undeliveredCount = 0;
  let repeatedCount = 0;
  for (const { sent, acknowledged, foundCount: times } of account.notifications.values()) {
    if (!sent) continue;
    sentCount++;
    if (times > 0) foundCount++;
    else if (acknowledged) lostCount++;
    else undeliveredCount++;
    if (times > 1) repeatedCount++;
  }
  const agrees =
    seen.problem === undefined &&
    lostCount + undeliveredCount + repeatedCount + seen.misnamedCount + account.contradictionCount === 0;
  return { agrees, sentCount, foundCount, lostCount, undeliveredCount, repeatedCount, ...seen };
}
