import { randomInt } from 'node:crypto';
import { ExitCode, IS_IT_RUNNING, UsageError } from '@chargelog/local-gateway';
import { GatewayCallError } from '@chargelog/sdk';
import { GatewayFeed } from './account/gateway-feed.js';
import { isClean, renderReport, toJsonReport } from './account/report.js';
import { KafkaSender } from './deliveries/kafka-sender.js';
import { WebhookSender } from './deliveries/webhook-sender.js';
import { kafkaOptionsOf, transportsOf, type SimulateFlags } from './options.js';
import { simulate } from './simulation.js';
import { findTarget, type Target } from './target.js';

const WEBHOOK_TIMEOUT_MS = 10_000;
const SAME_SIGNAL_MS = 500;

/** One run as the options ask for it, from the first check of the options to the closing account. */
export async function run(flags: SimulateFlags): Promise<ExitCode> {
  try {
    return await runWith(flags);
  } catch (error) {
    if (error instanceof UsageError) return fail(error.message, ExitCode.usage);
    if (error instanceof GatewayCallError) return failToReach(error);
    throw error;
  }
}

async function runWith(flags: SimulateFlags): Promise<ExitCode> {
  const transports = transportsOf(flags);
  const kafkaOptions = transports.kafka ? kafkaOptionsOf(flags) : undefined;
  const target = findTarget(flags, process.env);
  const feed = target.adminKey === undefined ? undefined : new GatewayFeed(target.baseUrl, target.adminKey);
  await feed?.end(); // a gateway that is not there is reported before anything else is tried
  const kafka = kafkaOptions && (await connectKafka(kafkaOptions));
  if (kafka === null) return ExitCode.unavailable;
  const webhook = transports.webhook ? webhookSender(target, flags) : undefined;
  const seed = flags.seed ?? randomInt(1, 2 ** 31);
  const interrupt = listenForInterrupt();
  const isQuiet = flags.quiet === true;
  if (!isQuiet) announce(flags, target, transports, seed);
  try {
    const result = await simulate(
      { ...flags, seed, durationMs: flags.duration },
      { webhook, kafka, feed, output: isQuiet ? undefined : process.stderr, ...interrupt },
    );
    process.stdout.write(
      `${flags.json === true ? JSON.stringify(toJsonReport(result)) : renderReport(result)}\n`,
    );
    return isClean(result) ? ExitCode.ok : ExitCode.differs;
  } finally {
    interrupt.close();
    await webhook?.close();
    await kafka?.close();
  }
}

function webhookSender(target: Target, flags: SimulateFlags): WebhookSender {
  return new WebhookSender({
    url: target.webhookUrl,
    secret: target.secret,
    tenant: flags.tenant,
    connections: flags.concurrency,
    timeoutMs: WEBHOOK_TIMEOUT_MS,
  });
}

/** Null when no broker could be reached, which has then been reported. */
async function connectKafka(options: ReturnType<typeof kafkaOptionsOf>): Promise<KafkaSender | null> {
  try {
    return await KafkaSender.connect(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    fail(`Kafka at ${options.brokers.join(', ')} cannot be used: ${reason}`, ExitCode.unavailable);
    return null;
  }
}

function announce(
  flags: SimulateFlags,
  target: Target,
  transports: ReturnType<typeof transportsOf>,
  seed: number,
): void {
  const ways = [
    ...(transports.webhook ? [`${target.webhookUrl.origin}${target.webhookUrl.pathname}`] : []),
    ...(transports.kafka ? [`Kafka topic ${flags.topic}`] : []),
  ];
  process.stderr.write(
    `Simulating ${flags.chargePoints} charge points: ${flags.rate} notifications/s for ${flags.duration / 1_000} s ` +
      `to ${ways.join(' and ')} (seed ${seed}). Ctrl-C ends early.\n`,
  );
}

/**
 * The first Ctrl-C ends the making of notifications, the second one the run. `npm run` passes on a signal that the
 * terminal has already sent to this process, so a second signal within half a second counts as the first.
 */
function listenForInterrupt(): { readonly stop: AbortSignal; readonly giveUp: AbortSignal; close(): void } {
  const stop = new AbortController();
  const giveUp = new AbortController();
  let stoppedAt = 0;
  const interrupt = (): void => {
    if (!stop.signal.aborted) {
      stoppedAt = performance.now();
      stop.abort();
    } else if (performance.now() - stoppedAt > SAME_SIGNAL_MS) giveUp.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    stop: stop.signal,
    giveUp: giveUp.signal,
    close: () => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}

function failToReach(error: GatewayCallError): ExitCode {
  if (error.status === 401 || error.status === 403) {
    const hint =
      'The admin key does not fit this gateway. Give the right one with --admin-key-file or --credentials.';
    return fail(`${error.message}\n${hint}`, ExitCode.usage);
  }
  return fail(`${error.message}\n${IS_IT_RUNNING}`, ExitCode.unavailable);
}

function fail<C extends ExitCode>(message: string, code: C): C {
  process.stderr.write(`${message}\n`);
  return code;
}
