import type { GatewayConfig } from '@chargelog/config';
import type { Source } from '@chargelog/domain';
import { ensureCredentials, writeCredentials, type Credentials } from '@chargelog/features/process';
import { SourceRegistry } from '@chargelog/features/sources';
import { openStorage, startProblem } from '@chargelog/features/storage';
import { closeHttpServer, createHttpServer, listen, listenForIntake } from '@chargelog/http';
import { toLog } from '@chargelog/telemetry';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';

export interface RunningGateway {
  readonly baseUrl: string;
  /** The second listener, for webhooks alone. */
  readonly intakeUrl: string | undefined;
  readonly storage: string;
  readonly sources: readonly Source[];
  readonly credentials: Credentials | undefined;
  /** Takes nothing new, stores what was taken, ends every part; at most about 10 s. */
  close(): Promise<void>;
}

/**
 * Opens the database, lets Nest build the modules of this instance's roles, and listens. What was started is stopped
 * again when a later step fails.
 */
export async function startGateway(config: GatewayConfig, logger: Logger): Promise<RunningGateway> {
  const log = toLog(logger);
  const credentials =
    config.generated.adminKey || config.generated.webhookSource
      ? ensureCredentials(config.dataDir, config.generated)
      : undefined;
  const storage = await openStorage(config, log);
  const root = AppModule.with({ config, log, credentials }, storage);
  const app = await createHttpServer(root, {
    maxBodyBytes: config.maxBodyBytes,
    basePath: config.basePath,
    logger,
  }).catch(async (error: unknown) => {
    await storage.close();
    throw startProblem(error, config);
  });
  try {
    const baseUrl = await listen(app, config.port, config.host);
    const intakeUrl =
      config.intakePort === undefined
        ? undefined
        : await listenForIntake(app, config.intakePort, config.host);
    const told = credentials && { ...credentials, baseUrl };
    if (told !== undefined) writeCredentials(config.dataDir, told);
    return {
      baseUrl,
      intakeUrl,
      storage: storage.description,
      sources: app.get(SourceRegistry).sources,
      credentials: told,
      close: () => closeHttpServer(app),
    };
  } catch (error) {
    await closeHttpServer(app);
    throw error;
  }
}
