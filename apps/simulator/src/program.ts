import { Command, CommanderError, Option } from 'commander';
import { version } from '@chargelog/config';
import { ExitCode } from '@chargelog/local-gateway';
import { brokerList, duration, percent, positiveNumber, wholeNumber, type SimulateFlags } from './options.js';
import { run } from './run.js';

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

/** The simulator: a fake AMPECO that sends charging life and then compares accounts with the gateway. */
export async function runProgram(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.ok;
  const program = new Command('npm run simulate --') // as a person starts it, for the line "Usage"
    .description(
      'Plays AMPECO: sends signed notifications of a simulated charging network to the gateway, with duplicates, ' +
        'reordering and retries as in real life, then asks the gateway what it has and compares.',
    )
    .version(version(), '--version', 'its version, which is that of the gateway it was built with')
    .exitOverride()
    .showHelpAfterError('(--help shows all options)')
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
    .action(async (flags: SimulateFlags) => {
      exitCode = await run(flags);
    });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has already written what is wrong. Its own code is 1 for every misuse, which means something else here.
    return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  }
  return exitCode;
}
