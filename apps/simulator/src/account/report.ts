import { acknowledgedCount, type Account, type TransportCounts } from './account.js';
import type { Comparison } from './comparison.js';
import { count } from './live-line.js';

/** How a run ended. */
export interface SimulationResult {
  readonly seed: number;
  readonly elapsedMs: number;
  /** Ended early by a person. */
  readonly interrupted: boolean;
  /** Notifications left out because the receiver, or this machine, could not keep up with the rate. */
  readonly leftOutCount: number;
  readonly account: Account;
  /** Absent when there was no key to ask with. */
  readonly comparison: Comparison | undefined;
}

/** True when everything that was sent is where it should be, as far as could be asked. */
export function isClean(result: SimulationResult): boolean {
  return result.comparison?.agrees ?? result.account.givenUpCount === 0;
}

/** The closing account for a person. */
export function renderReport(result: SimulationResult): string {
  const { account, comparison } = result;
  const rows: [string, string][] = [
    ['notifications', `${count(account.notifications.size)} distinct${leftOut(result)}`],
    [
      'copies',
      `${count(account.duplicateCount)} sent again, ${count(account.reorderedCount)} held back to arrive out of order`,
    ],
  ];
  if (account.webhook.sent > 0) rows.push(['webhook', renderTransport(account.webhook)]);
  if (account.kafka.sent > 0) rows.push(['kafka', renderTransport(account.kafka)]);
  const abandoned =
    account.abandonedCount > 0 ? `, ${count(account.abandonedCount)} left unsent at the end` : '';
  rows.push(['retries', `${count(account.retryCount)}, given up ${count(account.givenUpCount)}${abandoned}`]);
  const lines = rows.map(([label, text]) => `  ${label.padEnd(14)}${text}`);
  const how = result.interrupted ? ' (ended early)' : '';
  const head = `Simulated for ${(result.elapsedMs / 1_000).toFixed(1)} s with seed ${result.seed}${how}`;
  return [head, '', ...lines, '', ...renderComparison(comparison, account)].join('\n');
}

/** The same for programs: one object, fit for one line. */
export function toJsonReport(result: SimulationResult): Readonly<Record<string, unknown>> {
  const { account, comparison } = result;
  return {
    seed: result.seed,
    elapsedMs: Math.round(result.elapsedMs),
    interrupted: result.interrupted,
    notifications: account.notifications.size,
    leftOut: result.leftOutCount,
    duplicates: account.duplicateCount,
    reordered: account.reorderedCount,
    webhook: transportJson(account.webhook),
    kafka: transportJson(account.kafka),
    retries: account.retryCount,
    givenUp: account.givenUpCount,
    abandoned: account.abandonedCount,
    contradictions: account.contradictionCount,
    verdict: comparison === undefined ? 'unchecked' : comparison.agrees ? 'agrees' : 'differs',
    comparison: comparison ?? null,
  };
}

function leftOut({ leftOutCount }: SimulationResult): string {
  return leftOutCount === 0 ? '' : `; ${count(leftOutCount)} left out, the rate was not reached`;
}

function renderTransport(counts: TransportCounts): string {
  const outcomes = Object.entries(counts.acknowledged)
    .filter(([, amount]) => amount > 0)
    .map(([outcome, amount]) => `${count(amount)} ${outcome}`);
  const refusedCount = sum(counts.refused);
  const unreachableCount = sum(counts.unreachable);
  return [
    `${count(counts.sent)} sent`,
    `${count(acknowledgedCount(counts))} acknowledged${outcomes.length > 0 ? ` (${outcomes.join(', ')})` : ''}`,
    ...(refusedCount > 0 ? [`${count(refusedCount)} rejected (${listed(counts.refused)})`] : []),
    ...(unreachableCount > 0
      ? [`${count(unreachableCount)} unanswered (${listed(counts.unreachable)})`]
      : []),
  ].join(', ');
}

function renderComparison(comparison: Comparison | undefined, account: Account): string[] {
  if (comparison === undefined) {
    return ['UNCHECKED: there was no admin key to ask the gateway with (--admin-key-file).'];
  }
  const { sentCount, foundCount, othersCount } = comparison;
  const others = othersCount > 0 ? ` Besides them ${count(othersCount)} of other senders.` : '';
  if (comparison.agrees) {
    return [
      `AGREES: the gateway’s feed has all ${count(sentCount)} notifications, each exactly once.${others}`,
    ];
  }
  const details: [number, string][] = [
    [comparison.lostCount, 'acknowledged but not in the feed'],
    [comparison.undeliveredCount, 'never acknowledged and not in the feed'],
    [comparison.repeatedCount, 'in the feed more than once'],
    [comparison.misnamedCount, 'in the feed under another event id than was answered'],
    [account.contradictionCount, 'copies answered with another event id than the first copy'],
  ];
  const quarantined = account.webhook.acknowledged.quarantined;
  return [
    `DIFFERS: the gateway’s feed has ${count(foundCount)} of ${count(sentCount)} notifications.${others}`,
    ...details.filter(([amount]) => amount > 0).map(([amount, what]) => `  ${count(amount)} ${what}`),
    ...(quarantined > 0
      ? [`  ${count(quarantined)} copies are in quarantine: GET /v1/quarantine says why`]
      : []),
    ...(comparison.problem !== undefined ? [`  ${comparison.problem}`] : []),
  ];
}

function transportJson(counts: TransportCounts): Readonly<Record<string, unknown>> {
  return {
    sent: counts.sent,
    acknowledged: acknowledgedCount(counts),
    ...counts.acknowledged,
    refused: Object.fromEntries(counts.refused),
    unanswered: Object.fromEntries(counts.unreachable),
  };
}

function sum(counts: ReadonlyMap<unknown, number>): number {
  return [...counts.values()].reduce((total, amount) => total + amount, 0);
}

function listed(counts: ReadonlyMap<string | number, number>): string {
  return [...counts].map(([what, amount]) => `${what} × ${count(amount)}`).join(', ');
}
