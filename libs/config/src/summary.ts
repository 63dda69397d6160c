import { formatDuration } from './duration.js';
import type {
  GatewayConfig,
  KafkaSourceConfig,
  SourceConfig,
  WebhookSourceConfig,
} from './gateway-config.js';

/** Lines for the start of the log: what the gateway will do. Secrets show as `set`, `not set` or `generated` only. */
export function summarize(config: GatewayConfig): string[] {
  const { generated, databaseUrl, undatedWindowMsByNotification: exceptions } = config;
  return [
    `configuration file: ${config.configFile ?? 'none'}`,
    `roles: ${config.roles.join(', ')}`,
    `listen: ${config.host}, port ${config.port === 0 ? 'any free' : config.port}`,
    ...(config.intakePort === undefined
      ? []
      : [`listen for webhooks only: port ${config.intakePort === 0 ? 'any free' : config.intakePort}`]),
    `log level: ${config.logLevel}`,
    `database: ${databaseUrl === undefined ? `embedded, in ${config.dataDir}` : databaseUrl.describe()}`,
    `database URL: ${databaseUrl === undefined ? 'not set' : 'set'}`,
    ...(config.pgBinDir === undefined ? [] : [`Postgres programs: ${config.pgBinDir}`]),
    `admin key: ${secretState(config.adminKey, generated.adminKey)}`,
    `keys for stored secrets: ${config.secretsKeys === undefined ? (databaseUrl === undefined ? `${config.dataDir}/secrets.key` : 'none') : `set, from the ${config.secretsKeys.from}`}`,
    `largest body: ${config.maxBodyBytes} bytes`,
    ...(generated.webhookSource ? ['source ampeco: webhook, secret generated'] : []),
    ...config.sources.map(describeSource),
    ...(config.sources.length === 0 && !generated.webhookSource ? ['sources: none'] : []),
    `undated window: ${formatDuration(config.undatedWindowMs)}`,
    ...Object.entries(exceptions).map(([name, ms]) => `undated window of ${name}: ${formatDuration(ms)}`),
    `retention: ${config.retention.defaultMs === undefined ? 'none' : `${formatDuration(config.retention.defaultMs)}, recorded only: this version drops nothing`}`,
    `targets besides public hosts: ${config.targets.allow.join(', ') || 'none'}`,
  ];
}

function describeSource(source: SourceConfig): string {
  const details = source.kind === 'webhook' ? describeWebhook(source) : describeKafka(source);
  return `source ${source.name}: ${source.kind}, tenant ${source.tenant}, ${details}`;
}

function describeWebhook({ secrets, signature, rateLimit }: WebhookSourceConfig): string {
  const names = secrets.map(({ name }) => `secret ${name} set`).join(', ');
  const limit =
    rateLimit === undefined ? '' : `, at most ${rateLimit.perSecond}/s with bursts of ${rateLimit.burst}`;
  return `${names}, signed ${signature.signed.join(' or ')} in ${signature.encodings.join(' or ')}${limit}`;
}

function describeKafka(source: KafkaSourceConfig): string {
  const { sasl, tls } = source;
  return [
    `brokers ${source.brokers.join(' ')}`,
    `topics ${source.topics.join(' ')}`,
    `group ${source.groupId}`,
    source.securityProtocol,
    ...(sasl === undefined ? [] : [`${sasl.mechanism} password ${secretState(sasl.password)}`]),
    ...(tls === undefined ? [] : [`TLS key ${secretState(tls.key)}`]),
    `from ${source.startFrom}`,
  ].join(', ');
}

function secretState(secret: object | undefined, isGenerated = false): string {
  if (isGenerated) return 'generated';
  return secret === undefined ? 'not set' : 'set';
}
