import { AdminKey } from '@chargelog/access';
import { CATALOGUE_VERSION, EVENT_TYPES, NOTIFICATIONS } from '@chargelog/catalogue';
import type { GatewayConfig, KafkaSourceConfig, SourceConfig, WebhookSourceConfig } from '@chargelog/config';
import type { Source } from '@chargelog/domain';
import { QuarantineDesk, renderCloudEvent } from '@chargelog/query-api';
import { ReplayWorker, TargetGuard } from '@chargelog/replay';
import { signingSecret, type WebhookSource } from '@chargelog/source-webhook';
import {
  Dictionaries,
  FeedGuard,
  PgEventLog,
  PgEventReader,
  PgJobStore,
  PgLogStatistics,
  PgQuarantineStore,
  registerSources,
  storeUndatedWindows,
  type SourceDeclaration,
} from '@chargelog/store-postgres';
import { GatewayMetrics, LogSampler, toLog, type Log } from '@chargelog/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { Closing } from './closing.js';
import { ensureCredentials, GENERATED_SOURCE, writeCredentials, type Credentials } from './credentials.js';
import type { GatewayParts } from './gateway.module.js';
import { closeHttpServer, createHttpServer } from './http-server.js';
import { startKafkaRole, type KafkaRole } from './roles/kafka.role.js';
import { startMaintenanceRole } from './roles/maintenance.role.js';
import { startWebhookRole, webhookSource } from './roles/webhook.role.js';
import { openStorage, type Storage } from './storage.js';
import { version } from './version.js';

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
    await app.listen(port, config.host);
    return (await app.getUrl()).replace('[::1]', 'localhost');
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
      storage.database.pool,
      config.undatedWindowMs,
      new Map(Object.entries(config.undatedWindowMsByNotification)),
    );
    const sources = await registerSources(storage.database.dataSource, declarations(config));

    const metrics = new GatewayMetrics({ version: version(), sources });
    const sampler = new LogSampler(new PgLogStatistics(storage.database.pool));
    metrics.watch({ pool: storage.database.pool, log: sampler.sample });
    sampler.start();
    closers.push(() => sampler.close());

    const roles = new Set(config.roles);
    const webhook = roles.has('webhook')
      ? startWebhookRole(storage, dictionaries, webhookSources(config, sources, credentials), log, metrics)
      : undefined;
    if (webhook !== undefined) closers.push(() => webhook.close());
    const kafka = roles.has('kafka')
      ? startKafkaRole(storage, dictionaries, kafkaSources(config, sources), log, metrics)
      : undefined;
    if (kafka !== undefined) closers.push(() => kafka.close());
    if (roles.has('maintenance')) {
      const maintenance = startMaintenanceRole(storage, log);
      closers.push(() => maintenance.close());
    }
    const reader = new PgEventReader(storage.database.pool, dictionaries, storage.pulse);
    if (roles.has('api')) {
      const guard = new FeedGuard(storage.database.pool, log);
      guard.start();
      closers.push(() => guard.close());
    }
    const jobs = new PgJobStore(storage.database.dataSource, storage.connection);
    const targets = new TargetGuard(config.targets.allow);
    const replay = roles.has('replay')
      ? new ReplayWorker({ jobs, reader, targets, render: renderCloudEvent, log })
      : undefined;
    if (replay !== undefined) {
      replay.start();
      closers.push(() => replay.close());
    }

    const desk = roles.has('api') ? openDesk(storage, dictionaries, log) : undefined;
    if (desk !== undefined) closers.push(() => desk.close());

    const parts: GatewayParts = {
      log,
      adminKey: adminKey(config, credentials),
      readiness: readiness(storage, kafka),
      metrics,
      servesMetrics: roles.size > 1 || !roles.has('webhook'),
      intake: webhook?.intake,
      api: desk && { reader, quarantine: desk.quarantine, jobs, targets },
    };
    const http = { maxBodyBytes: config.maxBodyBytes, logger };
    const baseUrl = await open(await createHttpServer(parts, http), config.port);
    const intakeUrl =
      config.intakePort === undefined
        ? undefined
        : await open(
            await createHttpServer(
              { ...parts, servesMetrics: false, api: undefined },
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

/** A person waits for the answer; within this time a passing fault of the database is ridden out. */
const DECISION_RETRY_FOR_MS = 2_000;

/** What people decide about deliveries that did not become events. Its writer connects when the first decision falls. */
function openDesk(storage: Storage, dictionaries: Dictionaries, log: Log) {
  const eventLog = new PgEventLog({
    connection: storage.connection,
    dictionaries,
    catalogueVersion: CATALOGUE_VERSION,
    retryForMs: DECISION_RETRY_FOR_MS,
    log,
  });
  return {
    quarantine: new QuarantineDesk(new PgQuarantineStore(storage.database.pool, dictionaries), eventLog),
    close: () => eventLog.close(),
  };
}

function declarations(config: GatewayConfig): SourceDeclaration[] {
  const generated: SourceDeclaration[] = config.generated.webhookSource
    ? [{ name: GENERATED_SOURCE.name, kind: 'webhook', tenant: GENERATED_SOURCE.tenant }]
    : [];
  return [...generated, ...config.sources.map(({ name, kind, tenant }) => ({ name, kind, tenant }))];
}

function webhookSources(
  config: GatewayConfig,
  sources: readonly Source[],
  credentials: Credentials | undefined,
): WebhookSource[] {
  const isWebhook = (source: SourceConfig): source is WebhookSourceConfig => source.kind === 'webhook';
  const configured = config.sources
    .filter(isWebhook)
    .map((source) => webhookSource(named(sources, source.name), source));
  const generated = (credentials?.webhooks ?? []).map(({ source, secret }) => ({
    source: named(sources, source),
    rules: {
      secrets: [signingSecret(GENERATED_SOURCE.secretName, secret)],
      encodings: ['hex', 'base64'] as const,
      signed: ['body'] as const,
    },
  }));
  return [...configured, ...generated];
}

function kafkaSources(config: GatewayConfig, sources: readonly Source[]) {
  const isKafka = (source: SourceConfig): source is KafkaSourceConfig => source.kind === 'kafka';
  return config.sources
    .filter(isKafka)
    .map((source) => ({ source: named(sources, source.name), config: source }));
}

function named(sources: readonly Source[], name: string): Source {
  const source = sources.find((candidate) => candidate.name === name);
  if (source === undefined)
    throw new Error(`source "${name}" was not registered; this is a programming error`);
  return source;
}

function adminKey(config: GatewayConfig, credentials: Credentials | undefined): AdminKey | undefined {
  const key = config.adminKey?.reveal() ?? credentials?.adminKey;
  return key === undefined ? undefined : new AdminKey(key);
}

function readiness(storage: Storage, kafka: KafkaRole | undefined) {
  return { pingDatabase: () => storage.pulse.beat(), kafkaSources: kafka?.sources ?? [] };
}
