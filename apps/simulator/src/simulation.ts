import { Account, type TransportName } from './account/account.js';
import { compareWithFeed, type Comparison } from './account/comparison.js';
import type { GatewayFeed } from './account/gateway-feed.js';
import { LiveLine, type ProgressOutput } from './account/live-line.js';
import type { SimulationResult } from './account/report.js';
import { kafkaValue } from './deliveries/bytes.js';
import { Dispatcher, type RetryPolicy, type Sender } from './deliveries/dispatcher.js';
import type { KafkaSender } from './deliveries/kafka-sender.js';
import { planDelivery } from './deliveries/plan.js';
import { runSchedule } from './deliveries/schedule.js';
import { Random } from './random.js';
import { Life } from './world/life.js';

export interface SimulationOptions {
  readonly seed: number;
  /** Notifications per second. */
  readonly rate: number;
  readonly durationMs: number;
  readonly chargePoints: number;
  /** 0 to 1. */
  readonly duplicates: number;
  /** 0 to 1. */
  readonly reorder: number;
  /** Webhook deliveries in flight at once. */
  readonly concurrency: number;
  readonly retry?: RetryPolicy;
  /** How long to wait for the gateway to show what it acknowledged; default 30 s. */
  readonly settleWithinMs?: number;
}

export interface SimulationParts {
  readonly webhook: Sender | undefined;
  readonly kafka: KafkaSender | undefined;
  /** Absent: nothing is compared. */
  readonly feed: GatewayFeed | undefined;
  /** Absent: nothing is shown meanwhile. */
  readonly output: ProgressOutput | undefined;
  /** Ends the making of notifications; those made are still delivered. */
  readonly stop: AbortSignal;
  /** Ends the delivering and comparing too. */
  readonly giveUp: AbortSignal;
}

const RETRY: RetryPolicy = { attempts: 8, firstDelayMs: 200, maxDelayMs: 5_000 };
const SETTLE_WITHIN_MS = 30_000;
/** Copies not yet done beyond which no more are made: the receiver is slower than the rate, and memory has an end. */
const MAX_PENDING = 20_000;
const MAX_KAFKA_IN_FLIGHT = 5_000;
/** After an early end, for deliveries that keep failing. */
const EARLY_END_MS = 10_000;

/** A run from the first notification to the comparison. The senders are closed by the caller. */
export async function simulate(
  options: SimulationOptions,
  parts: SimulationParts,
): Promise<SimulationResult> {
  const account = new Account();
  const life = new Life({ seed: options.seed, chargePoints: options.chargePoints, startedAt: Date.now() });
  const random = Random.stream(options.seed, 'delivery');
  const dispatcher = new Dispatcher({
    senders: { ...(parts.webhook && { webhook: parts.webhook }), ...(parts.kafka && { kafka: parts.kafka }) },
    maxInFlight: { webhook: options.concurrency, kafka: MAX_KAFKA_IN_FLIGHT },
    retry: options.retry ?? RETRY,
    account,
    random: Random.stream(options.seed, 'retry'),
  });
  const plan = { transports: transportsOf(parts), duplicates: options.duplicates, reorder: options.reorder };
  const cursor = await parts.feed?.end();
  await nextSecond();
  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  const liveLine =
    parts.output &&
    new LiveLine(parts.output, account, () => ({
      elapsedMs: elapsed(),
      inFlightCount: dispatcher.inFlightCount,
      pendingCount: dispatcher.pendingCount,
    }));
  try {
    const { madeCount } = await runSchedule({
      rate: options.rate,
      durationMs: options.durationMs,
      signal: parts.stop,
      room: () => MAX_PENDING - dispatcher.pendingCount,
      make: () => {
        const notification = life.next(preciseNow());
        const tracked = account.add(notification);
        for (const copy of planDelivery(tracked, notification, plan, random)) dispatcher.submit(copy);
      },
    });
    const interrupted = parts.stop.aborted;
    await deliverTheRest(dispatcher, parts);
    if (parts.kafka !== undefined && !parts.giveUp.aborted)
      await markKafkaEnds(parts.kafka, life, account, random);
    const elapsedMs = elapsed();
    const comparison = await compare(parts, cursor, account, options.settleWithinMs ?? SETTLE_WITHIN_MS);
    const dueCount = Math.floor((options.rate * options.durationMs) / 1_000);
    return {
      seed: options.seed,
      elapsedMs,
      interrupted,
      leftOutCount: interrupted ? 0 : dueCount - madeCount,
      account,
      comparison,
    };
  } finally {
    liveLine?.close();
  }
}

/**
 * Many bodies carry no finer time than the second. Beginning in a second of its own, a run never makes one that stood in
 * the feed before its cursor, as another run may have left it there.
 */
function nextSecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1_001 - (Date.now() % 1_000)));
}

function transportsOf(parts: SimulationParts): readonly [TransportName, ...TransportName[]] {
  const transports: TransportName[] = [];
  if (parts.webhook !== undefined) transports.push('webhook');
  if (parts.kafka !== undefined) transports.push('kafka');
  const [first, ...others] = transports;
  if (first === undefined) throw new RangeError('a simulation needs at least one transport');
  return [first, ...others];
}

/** After an early end nothing waits for its time any more, and what still fails is dropped after a while. */
async function deliverTheRest(dispatcher: Dispatcher, parts: SimulationParts): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const hurry = (): void => {
    dispatcher.hurry();
    timer = setTimeout(abandon, EARLY_END_MS);
  };
  const abandon = (): void => dispatcher.abandon();
  if (parts.stop.aborted) hurry();
  else parts.stop.addEventListener('abort', hurry, { once: true });
  if (parts.giveUp.aborted) abandon();
  else parts.giveUp.addEventListener('abort', abandon, { once: true });
  await dispatcher.idle();
  clearTimeout(timer);
  parts.stop.removeEventListener('abort', hurry);
  parts.giveUp.removeEventListener('abort', abandon);
}

/**
 * One more notification at the very end of each partition, by Kafka alone. A partition is read in order: once these
 * stand in the feed, every copy before them has been dealt with, duplicates included, and the comparison is final.
 */
async function markKafkaEnds(
  kafka: KafkaSender,
  life: Life,
  account: Account,
  random: Random,
): Promise<void> {
  await Promise.all(
    kafka.partitions.map(async (partition) => {
      const notification = life.next(preciseNow());
      const tracked = account.add(notification);
      account.sending(tracked, 'kafka');
      account.answered(tracked, 'kafka', await kafka.sendTo(partition, kafkaValue(notification, random)));
    }),
  );
}

function compare(
  parts: SimulationParts,
  cursor: string | undefined,
  account: Account,
  withinMs: number,
): Promise<Comparison | undefined> {
  if (parts.feed === undefined || cursor === undefined) return Promise.resolve(undefined);
  return compareWithFeed(parts.feed, cursor, account, { withinMs, signal: parts.giveUp });
}

/** ms since 1970 UTC with microseconds behind the point, as far as the machine gives them. */
function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
