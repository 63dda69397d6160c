import { randomInt } from 'node:crypto';
import { Option, type Command } from 'commander';
import { ExitCode } from '../exit-code.js';
import { GatewayFeed, GatewayFeedError } from '../simulate/gateway-feed.js';
import { isClean, renderReport, toJsonReport } from '../simulate/report.js';
import { KafkaSender } from '../simulate/sender-kafka.js';
import { WebhookSender } from '../simulate/sender-webhook.js';
import { simulate } from '../simulate/simulation.js';
import { findTarget, type Target } from '../simulate/target.js';
import { UsageError } from '../usage-error.js';
import { brokerList, duration, percent, positiveNumber, wholeNumber } from './arguments.js';
import { kafkaOptionsOf, transportsOf, type SimulateFlags } from './simulate-options.js';

const WEBHOOK_TIMEOUT_MS = 10_000;
const SAME_SIGNAL_MS = 500;

const EXAMPLES = `
Examples:
  $ npm run simulate -- --rate 50 --duration 30s
      a small estate of 12 charge points, to the gateway that "npm start" runs here
  $ npm run simulate -- --rate 500 --duration 5m --duplicates 20 --reorder 20
      a busy evening behind a bad line
  $ npm run simulate -- --kafka 127.0.0.1:9092 --topic ampeco.notifications
      the same notifications by webhook and by Kafka; each must become one event
  $ npm run simulate -- --url https://gateway.example.com/webhooks/ampeco --secret-file ampeco.token --admin-key-file admin.key
      a gateway with its own configuration
  $ npm run simulate -- --seed 42 --quiet --json
      the same estate and story again; the account as one line of JSON

Life runs as fast as the rate asks for: more charge points make it calmer, a higher rate makes it hastier. Times in the
bodies are always now. Secrets are read from files, never from the command line.

Exit codes: 0 the gateway has everything exactly once, 1 it differs, 2 usage, 69 gateway or broker not reached.
`;

/** `chargelog simulate`: a fake AMPECO that sends charging life and then compares accounts with the gateway. */
export function addSimulateCommand(program: Command, exit: (code: ExitCode) => void): void {
  program
    .command('simulate')
    .summary('send charging life as AMPECO would, and check that the gateway has it all')
    .description(
      'Plays AMPECO: sends signed notifications of a simulated charging network to the gateway, with duplicates, ' +
        'reordering and retries as in real life, then asks the gateway what it has and compares.',
    )
    .option('--rate <per second>', 'notifications per second', positiveNumber, 20)
    .addOption(
      new Option('--duration <time>', 'how long, like 30s or 5m').argParser(duration).default(30_000, '30s'),
    )
    .option('--charge-points <n>', 'size of the network', wholeNumber(1, 10_000), 12)
    .addOption(
      new Option('--duplicates <percent>', 'notifications of which one copy is sent again')
        .argParser(percent)
        .default(0.05, '5'),
    )
    .addOption(
      new Option('--reorder <percent>', 'copies held back so that later ones overtake them')
        .argParser(percent)
        .default(0.05, '5'),
    )
    .option('--concurrency <n>', 'webhook deliveries in flight at once', wholeNumber(1, 1_000), 16)
    .option(
      '--seed <n>',
      'repeats a run: same network, same story (default: random)',
      wholeNumber(0, 2 ** 32 - 1),
    )
    .option('--url <address>', 'the gateway or its webhook (default: from the credentials)')
    .option('--source <name>', 'which webhook of the credentials (default: the first)')
    .option('--tenant <id>', 'sent as X-Tenant', 'demo')
    .option(
      '--credentials <path>',
      'default: $CHARGELOG_DATA_DIR/credentials.json or .chargelog/credentials.json',
    )
    .option('--secret-file <path>', 'file with the webhook secret (default: from the credentials)')
    .option('--admin-key-file <path>', 'file with the key to check with (default: from the credentials)')
    .addOption(
      new Option('--transport <way>', 'default: webhook, both with --kafka').choices([
        'webhook',
        'kafka',
        'both',
      ]),
    )
    .option('--kafka <host:port,...>', 'brokers to produce to', brokerList)
    .option('--topic <name>', 'topic to produce to; made if missing')
    .addOption(
      new Option('--sasl-mechanism <name>', 'default: PLAIN').choices([
        'PLAIN',
        'SCRAM-SHA-256',
        'SCRAM-SHA-512',
      ]),
    )
    .option('--sasl-username <name>')
    .option('--sasl-password-file <path>')
    .option('--tls', 'TLS to the brokers, trusting the system’s authorities')
    .option('--tls-ca <path>', 'TLS to the brokers, trusting this authority (PEM)')
    .option('--quiet', 'only the closing account')
    .option('--json', 'the closing account as one line of JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: SimulateFlags) => exit(await run(flags)));
}

async function run(flags: SimulateFlags): Promise<ExitCode> {
  try {
    return await runWith(flags);
  } catch (error) {
    if (error instanceof UsageError) return fail(error.message, ExitCode.usage);
    if (error instanceof GatewayFeedError) return failToReach(error);
    throw error;
  }
}

async function runWith(flags: SimulateFlags): Promise<ExitCode> {
  const transports = transportsOf(flags);
  const kafkaOptions = transports.kafka ? kafkaOptionsOf(flags) : undefined;
  const target = findTarget(flags, process.env);
  const feed = target.adminKey === undefined ? undefined : new GatewayFeed(target.baseUrl, target.adminKey);
  await feed?.end(); // a gateway that is not there is told before anything else is tried
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

/** Null when no broker could be reached, which has then been said. */
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
 * terminal has sent already, so what comes at once is still the first.
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

function failToReach(error: GatewayFeedError): ExitCode {
  if (error.status === 401 || error.status === 403) {
    const hint =
      'The admin key does not fit this gateway. Give the right one with --admin-key-file or --credentials.';
    return fail(`${error.message}\n${hint}`, ExitCode.usage);
  }
  return fail(
    `${error.message}\nIs the gateway running, and is this its address? To start one here, in another terminal: npm start`,
    ExitCode.unavailable,
  );
}

function fail<C extends ExitCode>(message: string, code: C): C {
  process.stderr.write(`${message}\n`);
  return code;
}
