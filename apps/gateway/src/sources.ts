import type { GatewayConfig, KafkaSourceConfig, SourceConfig, WebhookSourceConfig } from '@chargelog/config';
import type { Source } from '@chargelog/domain';
import type { PlainSecret, SourceDeclaration } from '@chargelog/features/sources';
import { signingSecret, type WebhookSource } from '@chargelog/webhook';
import { GENERATED_SOURCE, type Credentials } from './credentials.js';

/** A webhook source as it is served, with the secrets of this instance's configuration in the clear. */
export interface ConfiguredWebhook extends WebhookSource {
  readonly secrets: readonly PlainSecret[];
}

/** What is registered in the database: the configured sources, and the generated one where none is configured. */
export function declarations(config: GatewayConfig): SourceDeclaration[] {
  const generated: SourceDeclaration[] = config.generated.webhookSource
    ? [{ name: GENERATED_SOURCE.name, kind: 'webhook', tenant: GENERATED_SOURCE.tenant }]
    : [];
  return [...generated, ...config.sources.map(({ name, kind, tenant }) => ({ name, kind, tenant }))];
}

export function webhookSources(
  config: GatewayConfig,
  sources: readonly Source[],
  credentials: Credentials | undefined,
): ConfiguredWebhook[] {
  const isWebhook = (source: SourceConfig): source is WebhookSourceConfig => source.kind === 'webhook';
  const configured = config.sources.filter(isWebhook).map((source) =>
    configuredWebhook(named(sources, source.name), source.signature, {
      secrets: source.secrets.map(({ name, value }) => ({ name, value: value.reveal() })),
      rateLimit: source.rateLimit,
    }),
  );
  const generated = (credentials?.webhooks ?? []).map(({ source, secret }) =>
    configuredWebhook(
      named(sources, source),
      { encodings: ['hex', 'base64'], signed: ['body'] },
      { secrets: [{ name: GENERATED_SOURCE.secretName, value: secret }], rateLimit: undefined },
    ),
  );
  return [...configured, ...generated];
}

export function kafkaSources(
  config: GatewayConfig,
  sources: readonly Source[],
): { readonly source: Source; readonly config: KafkaSourceConfig }[] {
  const isKafka = (source: SourceConfig): source is KafkaSourceConfig => source.kind === 'kafka';
  return config.sources
    .filter(isKafka)
    .map((source) => ({ source: named(sources, source.name), config: source }));
}

function configuredWebhook(
  source: Source,
  signature: WebhookSourceConfig['signature'],
  { secrets, rateLimit }: Pick<ConfiguredWebhook, 'secrets' | 'rateLimit'>,
): ConfiguredWebhook {
  const keys = secrets.map(({ name, value }) => signingSecret(name, value));
  return { source, rules: { secrets: keys, ...signature }, rateLimit, secrets };
}

function named(sources: readonly Source[], name: string): Source {
  const source = sources.find((candidate) => candidate.name === name);
  if (source === undefined)
    throw new Error(`source "${name}" was not registered; this is a programming error`);
  return source;
}
