import 'reflect-metadata';
import { ConfigError, loadConfig, summarize } from '@chargelog/config';
import { createLogger } from '@chargelog/telemetry';
import { announce } from './announce.js';
import { whenNpmShellEnds } from './npm-shell.js';
import { startGateway, type RunningGateway } from './start.js';

const EX_CONFIG = 78; // sysexits.h: something is wrong with the configuration
const SHUTDOWN_LIMIT_MS = 15_000;
/** Ctrl-C, a supervisor, a terminal or session that was closed. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function main(): Promise<void> {
  const config = loadConfig(process.env, { cwd: process.cwd() });
  const logger = createLogger(config.logLevel);
  logger.info({ configuration: summarize(config) }, 'starting');

  // Signals count from the first moment: one that arrives while parts are starting ends the gateway when they have.
  let stopping = false;
  let gateway: RunningGateway | undefined;
  const stop = async (): Promise<void> => {
    if (stopping || gateway === undefined) {
      stopping = true;
      return;
    }
    stopping = true;
    process.stdout.write('Stopping: storing what was taken in, then closing.\n');
    setTimeout(() => {
      logger.error({}, 'shutdown took too long, ending now; nothing acknowledged is lost');
      process.exit(1);
    }, SHUTDOWN_LIMIT_MS).unref();
    await gateway.close();
    process.stdout.write('Stopped.\n');
    process.exit(0);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, () => void stop());
  whenNpmShellEnds(() => void stop());
  // The reader of our output may end before us (Ctrl-C also ends the `tee` of a pipe, a terminal is closed), and a disk may
  // be full. A failed write of a log line must not end the gateway, which may have deliveries to store.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

  gateway = await startGateway(config, logger);
  if (stopping) {
    stopping = false;
    await stop();
    return;
  }
  announce(gateway, config);
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(EX_CONFIG);
  }
  process.stderr.write(
    `Chargelog could not start: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exit(1);
});
