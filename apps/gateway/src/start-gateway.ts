import { AdminKey } from '@chargelog/access';
import { EVENT_TYPES, NOTIFICATIONS } from '@chargelog/catalogue';
import type { GatewayConfig, KafkaSourceConfig, SourceConfig, WebhookSourceConfig } from '@chargelog/config';
import type { Source } from '@chargelog/domain';
import { renderCloudEvent } from '@chargelog/query-api';
import { ReplayWorker, TargetGuard } from '@chargelog/replay';
import { signingSecret, type WebhookSource } from '@chargelog/source-webhook';
import {
  Dictionaries,
  PgEventReader,
  PgJobStore,
  PgQuarantineReader,
  registerSources,
  storeUndatedWindows,
  type SourceDeclaration,
} from '@chargelog/store-postgres';
import { toLog } from '@chargelog/telemetry';
import type { Logger } from 'pino';
import { ensureCredentials, GENERATED_SOURCE, writeCredentials, type Credentials } from './credentials.js';
import { createHttpServer } from './http-server.js';
import { startKafkaRole, type KafkaRole } from './roles/kafka.role.js';
import { startMaintenanceRole } from './roles/maintenance.role.js';
import { startWebhookRole, webhookSource } from './roles/webhook.role.js';
import { openStorage, type Storage } from './storage.js';

export interface RunningGateway {
  readonly baseUrl: string;
  readonly storage: string;
  readonly sources: readonly Source[];
  readonly credentials: Credentials | undefined;
  /** Takes nothing new, stores what was taken, ends every part; at most about 10 s. */
  close(): Promise<void>;
}

/** Starts every part this instance's roles need, in order; what was started is stopped again when a later part fails. */
export async function startGateway(config: GatewayConfig, logger: Logger): Promise<RunningGateway> {
  const log = toLog(logger);
  const closers: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) {
      await close().catch((error: unknown) => log('error', 'a part did not stop cleanly', { err: error }));
    }
  };
  try {
    const credentials =
      config.generated.adminKey || config.generated.webhookSource
        ? ensureCredentials(config.dataDir, config.generated)
        : undefined;
    const storage = await openStorage(config, log);
    closers.push(() => storage.close());

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

    const roles = new Set(config.roles);
    const webhook = roles.has('webhook')
      ? startWebhookRole(storage, dictionaries, webhookSources(config, sources, credentials), log)
      : undefined;
    if (webhook !== undefined) closers.push(() => webhook.close());
    const kafka = roles.has('kafka')
      ? startKafkaRole(storage, dictionaries, kafkaSources(config, sources), log)
      : undefined;
    if (kafka !== undefined) closers.push(() => kafka.close());
    if (roles.has('maintenance')) {
      const maintenance = startMaintenanceRole(storage, log);
      closers.push(() => maintenance.close());
    }
    const reader = new PgEventReader(storage.database.pool, dictionaries);
    const jobs = new PgJobStore(storage.database.dataSource, storage.connection);
    const targets = new TargetGuard(config.targets.allow);
    const replay = roles.has('replay')
      ? new ReplayWorker({ jobs, reader, targets, render: renderCloudEvent, log })
      : undefined;
    if (replay !== undefined) {
      replay.start();
      closers.push(() => replay.close());
    }

    const app = await createHttpServer(
      {
        log,
        adminKey: adminKey(config, credentials),
        readiness: readiness(storage, kafka),
        intake: webhook?.intake,
        api: roles.has('api')
          ? { reader, quarantine: new PgQuarantineReader(storage.database.pool, dictionaries), jobs, targets }
          : undefined,
      },
      { maxBodyBytes: config.maxBodyBytes, logger },
    );
    closers.push(() => app.close());
    await app.listen(config.port, config.host);
    const baseUrl = (await app.getUrl()).replace('[::1]', 'localhost');
    const told = credentials && { ...credentials, baseUrl };
    if (told !== undefined) writeCredentials(config.dataDir, told);
    return { baseUrl, storage: storage.description, sources, credentials: told, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
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
  return { pingDatabase: () => storage.database.pool.query('select 1'), kafkaSources: kafka?.sources ?? [] };
}
