import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { EVENT_TYPES, NOTIFICATIONS } from '@chargelog/catalogue';
import { version, type GatewayConfig } from '@chargelog/config';
import type { Source } from '@chargelog/domain';
import { Dictionaries, FeedGuard, PgEventReader, storeUndatedWindows } from '@chargelog/event-log';
import { DriftRecorder, DriftStore } from '@chargelog/features/drift';
import { renderCloudEvent } from '@chargelog/features/events';
import { PgLogStatistics } from '@chargelog/features/metrics';
import { ReindexStore } from '@chargelog/features/reindex';
import { SignatureBook } from '@chargelog/features/rejections';
import { ReplayStore, ReplayWorker, TargetGuard } from '@chargelog/features/replays';
import { registerSources } from '@chargelog/features/sources';
import { GatewayMetrics, toLog, LogSampler } from '@chargelog/telemetry';
import { allSinks, openAccess } from './access-parts.js';
import { Closing } from './closing.js';
import { ensureCredentials, writeCredentials, type Credentials } from './credentials.js';
import { openDesks } from './desks.js';
import type { GatewayParts } from './gateway.module.js';
import { closeHttpServer, createHttpServer } from './http-server.js';
import { startKafkaRole, type KafkaRole } from './roles/kafka.role.js';
import { startMaintenanceRole } from './roles/maintenance.role.js';
import { startWebhookRole } from './roles/webhook.role.js';
import { declarations, kafkaSources, webhookSources } from './sources.js';
import { openStorage, type Storage } from './storage.js';

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

/** Starts every part this instance's roles need, in order; what was started is stopped again when a later part fails. */
export async function startGateway(config: GatewayConfig, logger: Logger): Promise<RunningGateway> {
  const log = toLog(logger);
  const closers = new Closing(log);
  const open = async (app: NestFastifyApplication, port: number): Promise<string> => {
    closers.door(() => closeHttpServer(app));
    await listen(app, port, config.host);
    return app.getUrl();
  };
  try {
    const credentials =
      config.generated.adminKey || config.generated.webhookSource
        ? ensureCredentials(config.dataDir, config.generated)
        : undefined;
    const storage = await openStorage(config, log);
    closers.underneath(() => storage.close());

    const dictionaries = new Dictionaries(storage.database.pool);
    await Promise.all([
      dictionaries.types.ensure(EVENT_TYPES),
      dictionaries.notifications.ensure(NOTIFICATIONS.map(({ name }) => name)),
    ]);
    await storeUndatedWindows(
      storage.database.dataSource,
      config.undatedWindowMs,
      new Map(Object.entries(config.undatedWindowMsByNotification)),
    );
    const sources = await registerSources(storage.database.dataSource, declarations(config));

    const metrics = new GatewayMetrics({ version: version(), sources });
    const sampler = new LogSampler(new PgLogStatistics(storage.database.pool), () => storage.pulse.beat());
    metrics.watch({ pool: storage.database.pool, log: sampler.sample });
    sampler.start();
    closers.push(() => sampler.close());

    const roles = new Set(config.roles);
    const webhooks = webhookSources(config, sources, credentials);
    const driftStore = new DriftStore(storage.database.dataSource);
    const drift = new DriftRecorder({ store: driftStore, log });
    closers.underneath(() => drift.close());
    const access = openAccess(config, storage, credentials, webhooks, log);
    const webhook = roles.has('webhook')
      ? startWebhookRole(storage, dictionaries, webhooks, access, drift, log, metrics)
      : undefined;
    if (webhook !== undefined) closers.push(() => webhook.close());
    const kafka = roles.has('kafka')
      ? startKafkaRole(storage, dictionaries, kafkaSources(config, sources), drift, log, metrics)
      : undefined;
    if (kafka !== undefined) closers.push(() => kafka.close());
    const reindexStore = new ReindexStore(storage.database.dataSource, storage.connection, dictionaries);
    if (roles.has('maintenance')) {
      const maintenance = startMaintenanceRole(storage, reindexStore, log);
      closers.push(() => maintenance.close());
    }
    const reader = new PgEventReader(storage.database, dictionaries, storage.pulse);
    if (roles.has('api')) {
      const guard = new FeedGuard(storage.database.pool, log);
      guard.start();
      closers.push(() => guard.close());
    }
    const jobs = new ReplayStore(storage.database.dataSource, storage.connection);
    const targets = new TargetGuard(config.targets.allow);
    const replay = roles.has('replay')
      ? new ReplayWorker({ jobs, reader, targets, render: renderCloudEvent, log })
      : undefined;
    if (replay !== undefined) {
      replay.start();
      closers.push(() => replay.close());
    }

    const signatures = new SignatureBook(webhooks);
    const desks = roles.has('api')
      ? openDesks(storage, dictionaries, signatures, access, drift, log)
      : undefined;
    if (desks !== undefined) closers.push(() => desks.close());
    await access.secrets.copyIn();
    await access.secrets.start(allSinks([webhook?.intake, signatures]));
    closers.push(() => access.secrets.close());

    const parts: GatewayParts = {
      log,
      guard: access.guard,
      readiness: readiness(storage, kafka),
      metrics,
      servesMetrics: roles.size > 1 || !roles.has('webhook'),
      intake: webhook?.intake,
      api: desks && { ...access, ...desks, reader, jobs, targets, drift: driftStore, reindex: reindexStore },
    };
    const http = { maxBodyBytes: config.maxBodyBytes, logger };
    const baseUrl = await open(await createHttpServer(parts, http), config.port);
    const intakeUrl =
      config.intakePort === undefined
        ? undefined
        : await open(
            await createHttpServer(
              { ...parts, readiness: readiness(storage, undefined), servesMetrics: false, api: undefined },
              { ...http, intakeOnly: true },
            ),
            config.intakePort,
          );
    const told = credentials && { ...credentials, baseUrl };
    if (told !== undefined) writeCredentials(config.dataDir, told);
    return {
      baseUrl,
      intakeUrl,
      storage: storage.description,
      sources,
      credentials: told,
      close: () => closers.closeAll(),
    };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

/** Says which setting to change where the operating system refuses an address. */
async function listen(app: NestFastifyApplication, port: number, host: string): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = LISTEN_PROBLEM[code ?? ''];
    if (why === undefined) throw error;
    throw new Error(`it cannot listen on ${host}, port ${port}: ${why}`, { cause: error });
  }
}

const LISTEN_PROBLEM: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there. Stop that one, or set PORT (or INTAKE_PORT) to another number.',
  EACCES: 'this user may not. Take a port above 1023.',
  EADDRNOTAVAIL: 'this machine has no such address. Change HOST.',
};

/** The public door is told without Kafka: webhooks do not wait for it, and its brokers are not for strangers to see. */
function readiness(storage: Storage, kafka: KafkaRole | undefined) {
  return { pingDatabase: () => storage.pulse.beat(), kafkaSources: kafka?.sources ?? [] };
}
