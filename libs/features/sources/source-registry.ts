import type { GatewayConfig, KafkaSourceConfig, WebhookSourceConfig } from '@chargelog/config';
import type { Source } from '@chargelog/domain';
import { GENERATED_SOURCE, type Credentials } from '@chargelog/features/process';
import { PLAIN_FORMAT, type BodyFormat } from '@chargelog/pipeline';
import { signingSecret, WebhookSources, type WebhookSource } from '@chargelog/webhook';
import type { SourceDeclaration } from './register-sources.js';
import type { PlainSecret } from './secrets/secrets-in-use.js';
import type { ConfiguredSource, SecretSink } from './secrets/source-secrets.js';

/** A Kafka source of this instance's configuration. */
export interface KafkaSource {
  readonly source: Source;
  readonly config: KafkaSourceConfig;
}

/** What is registered in the database: the configured sources, and the generated one where none is configured. */
export function declarations(config: GatewayConfig): SourceDeclaration[] {
  const generated: SourceDeclaration[] = config.generated.webhookSource
    ? [{ name: GENERATED_SOURCE.name, kind: 'webhook', tenant: GENERATED_SOURCE.tenant }]
    : [];
  return [...generated, ...config.sources.map(({ name, kind, tenant }) => ({ name, kind, tenant }))];
}

/** The sources of this instance, and of the webhook sources the secrets in use. There is one of it in a process. */
export class SourceRegistry extends WebhookSources implements SecretSink {
  /** Webhook sources with the secrets of the configuration in clear; whatever the API adds is not among them. */
  readonly configured: readonly ConfiguredSource[];
  readonly kafka: readonly KafkaSource[];
  private readonly webhooks = new Map<string, WebhookSource>();

  /**
   * @param sources the rows of the configured sources
   * @param credentials with the generated webhook source, where there is one
   */
  constructor(
    readonly sources: readonly Source[],
    config: Pick<GatewayConfig, 'sources'>,
    credentials: Credentials | undefined,
  ) {
    super();
    const configured: ConfiguredSource[] = [];
    const kafka: KafkaSource[] = [];
    for (const one of config.sources) {
      const source = this.row(one.name);
      if (one.kind === 'kafka') kafka.push({ source, config: one });
      else configured.push(this.serve(source, one, plain(one.secrets)));
    }
    for (const { source: name, secret } of credentials?.webhooks ?? []) {
      const secrets = [{ name: GENERATED_SOURCE.secretName, value: secret }];
      configured.push(this.serve(this.row(name), GENERATED_RULES, secrets));
    }
    this.configured = configured;
    this.kafka = kafka;
  }

  find(name: string): WebhookSource | undefined {
    return this.webhooks.get(name);
  }

  all(): Iterable<WebhookSource> {
    return this.webhooks.values();
  }

  /** What stands around the notifications of a source of this instance; nothing around those of any other. */
  formatsOf(name: string): readonly BodyFormat[] {
    const formats = this.webhooks.get(name)?.formats;
    return formats ?? this.kafka.find(({ source }) => source.name === name)?.config.format ?? PLAIN_FORMAT;
  }

  /** From the next delivery on the source is verified by exactly these secrets. Other sources than those of this instance are left out. */
  replaceSecrets(name: string, secrets: readonly PlainSecret[]): void {
    const entry = this.webhooks.get(name);
    if (entry === undefined) return;
    const keys = secrets.map((secret) => signingSecret(secret.name, secret.value));
    this.webhooks.set(name, { ...entry, rules: { ...entry.rules, secrets: keys } });
  }

  private serve(
    source: Source,
    { signature, rateLimit, format, answer }: ServedSettings,
    secrets: readonly PlainSecret[],
  ): ConfiguredSource {
    this.webhooks.set(source.name, {
      source,
      rules: { secrets: [], ...signature },
      formats: format,
      answer,
      rateLimit,
    });
    this.replaceSecrets(source.name, secrets);
    return { source, secrets };
  }

  private row(name: string): Source {
    const source = this.sources.find((candidate) => candidate.name === name);
    if (source === undefined)
      throw new Error(`source "${name}" was not registered; this is a programming error`);
    return source;
  }
}

type ServedSettings = Pick<WebhookSourceConfig, 'signature' | 'rateLimit'> &
  Partial<Pick<WebhookSourceConfig, 'format' | 'answer'>>;

const GENERATED_RULES: ServedSettings = {
  signature: { encodings: ['hex', 'base64'], signed: ['body'] },
};

function plain(secrets: WebhookSourceConfig['secrets']): PlainSecret[] {
  return secrets.map(({ name, value }) => ({ name, value: value.reveal() }));
}
