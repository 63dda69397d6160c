import type { Keyring } from '@chargelog/features/sealing';
import { GatewayError, type Source } from '@chargelog/domain';
import type { SourceSecret, SourceSecretStore } from '../source-secret.store.js';
import type { SecretOrigin } from '../source.entity.js';
import { fingerprintOf } from './fingerprint.js';
import { context, reveal, toSealedSecret } from './sealed-secret.js';
import { secretsInUse, type PlainSecret } from './secrets-in-use.js';
import { SigningUse } from './signing-use.js';

/** A change on any instance is in use on all of them after at most this long and one read. */
const LOOK_EVERY_MS = 2_000;

/** A webhook source with the secrets of this instance's own configuration. */
export interface ConfiguredSource {
  readonly source: Source;
  readonly secrets: readonly PlainSecret[];
}

/** What verifies deliveries; takes a new set at any time. */
export interface SecretSink {
  replaceSecrets(source: string, secrets: readonly PlainSecret[]): void;
}

export interface ListedSecret {
  readonly name: string;
  readonly fingerprint: string;
  readonly origin: SecretOrigin;
  /** False: known from the configuration of this instance only. */
  readonly stored: boolean;
  /** False: no key of the key file opens it, so it verifies nothing. */
  readonly readable: boolean;
  /** Instants in ms since 1970 UTC. */
  readonly createdAt: number | undefined;
  readonly lastSignedAt: number | undefined;
}

export interface ListedSource {
  readonly source: Source;
  readonly secrets: readonly ListedSecret[];
}

export interface SourceSecretsOptions {
  readonly store: Pick<SourceSecretStore, keyof SourceSecretStore>;
  /** Undefined: nothing is stored, the secrets of the configuration are used from memory. */
  readonly keyring: Keyring | undefined;
  readonly configured: readonly ConfiguredSource[];
  readonly sink: SecretSink;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, fields: Record<string, unknown>) => void;
}

/**
 * The secrets that verify webhooks: those of this instance's configuration, which always count, and those stored sealed
 * beside them. Deliveries never wait for the store; while it is away the last known set goes on.
 */
export class SourceSecrets {
  private readonly use: SigningUse;
  private readonly inUse = new Map<string, string>();
  private readonly reportedUnreadable = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private isAway = false;

  constructor(private readonly options: SourceSecretsOptions) {
    this.use = new SigningUse(options.store);
  }

  /** Stores the configured secrets and retires those that are no longer configured. */
  async copyIn(): Promise<void> {
    const { keyring, store, configured } = this.options;
    if (keyring === undefined) return;
    await keyring.whileStoring(async () => {
      for (const { source, secrets } of configured) {
        await store.copyIn(
          source.id,
          secrets.map(({ name, value }) => toSealedSecret(keyring, source.id, name, value)),
        );
      }
      await this.sealAgainWhatIsConfigured(keyring);
    });
  }

  /** Keeps the sink's secrets up to date until {@link close}. The first set is there when this resolves. */
  async start(): Promise<void> {
    await this.look();
    // One at a time: behind a database that hangs they would pile up, and the end would wait for all of them.
    this.timer = setInterval(() => {
      this.looking ??= this.look().then(() => (this.looking = undefined));
    }, LOOK_EVERY_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
    await this.use.store({ all: true }).catch(() => undefined);
  }

  /** Notes that a delivery of the source was verified by the secret of this name. */
  noteSigned(source: string, name: string, at: number): void {
    this.use.note(source, name, at);
  }

  /** @throws GatewayError `not-found` for an unknown source; `conflict` for a secret that is there, or no usable key file. */
  async add(sourceName: string, name: string, value: string, by: string): Promise<ListedSecret> {
    const { keyring, store, configured } = this.options;
    const source = await this.webhookSource(sourceName);
    if (keyring === undefined) {
      throw new GatewayError(
        'conflict',
        'This gateway stores no secrets: CHARGELOG_SECRETS_KEY_FILE is not set. Set it on every instance, or add the secret to the YAML file.',
      );
    }
    keyring.reload(); // the key may have been changed by another instance, and what is sealed now must open there
    const own = configured.find((entry) => entry.source.id === source.id)?.secrets ?? [];
    const fingerprint = fingerprintOf(value);
    const same = own.find((secret) => secret.name === name || fingerprintOf(secret.value) === fingerprint);
    if (same !== undefined)
      throw new GatewayError(
        'conflict',
        `The configuration of the source has this secret or name already: "${same.name}".`,
      );
    const added = await keyring.whileStoring(() =>
      store.add(toSealedSecret(keyring, source.id, name, value), by),
    );
    return this.listed(added, sourceName);
  }

  /** @throws GatewayError `not-found`; `conflict` for a secret of the configuration, which would come back. */
  async retire(sourceName: string, name: string, by: string): Promise<void> {
    const { store, configured } = this.options;
    const source = await this.webhookSource(sourceName);
    if (await store.retire(source.id, name, by)) return;
    const own = configured.find((entry) => entry.source.id === source.id)?.secrets ?? [];
    const live = await store.listLive();
    if (
      own.some((secret) => secret.name === name) ||
      live.some((row) => row.sourceId === source.id && row.name === name)
    ) {
      throw new GatewayError(
        'conflict',
        `The secret "${name}" is in the configuration. Remove it from the YAML file and restart; that retires it.`,
      );
    }
    throw new GatewayError('not-found', `The source "${sourceName}" has no secret named "${name}".`);
  }

  async list(): Promise<readonly ListedSource[]> {
    const { store, configured } = this.options;
    const [sources, live] = await Promise.all([store.listSources(), store.listLive()]);
    return sources.map((source) => {
      const rows = live.filter(({ sourceId }) => sourceId === source.id);
      const inMemory = (configured.find((entry) => entry.source.id === source.id)?.secrets ?? [])
        .map(({ name, value }) => ({ name, fingerprint: fingerprintOf(value) }))
        .filter(({ fingerprint }) => !rows.some((row) => row.fingerprint === fingerprint))
        .map((secret) => ({
          ...secret,
          origin: 'configuration' as const,
          stored: false,
          readable: true,
          createdAt: undefined,
          lastSignedAt: this.use.lastSignedAt(source.name, secret.name),
        }));
      return { source, secrets: [...rows.map((row) => this.listed(row, source.name)), ...inMemory] };
    });
  }

  private listed(row: SourceSecret, source: string): ListedSecret {
    const here = this.use.lastSignedAt(source, row.name) ?? 0;
    const lastSignedAt = Math.max(row.lastSignedAt ?? 0, this.use.isOf(source, row.name, row.id) ? here : 0);
    return {
      name: row.name,
      fingerprint: row.fingerprint,
      origin: row.origin,
      stored: true,
      readable: reveal(this.options.keyring, row) !== undefined,
      createdAt: row.createdAt,
      lastSignedAt: lastSignedAt === 0 ? undefined : lastSignedAt,
    };
  }

  private async webhookSource(name: string): Promise<Source> {
    const source = (await this.options.store.listSources()).find((candidate) => candidate.name === name);
    if (source === undefined) throw new GatewayError('not-found', `No source is named "${name}".`);
    if (source.kind !== 'webhook')
      throw new GatewayError(
        'conflict',
        `The source "${name}" reads from Kafka; only webhook sources have secrets.`,
      );
    return source;
  }

  /** Never throws: what is in use stays in use. */
  private async look(): Promise<void> {
    const { store, configured, log } = this.options;
    try {
      const live = await store.listLive();
      for (const entry of configured) this.renew(entry, live);
      await this.use.store({ all: false });
      if (this.isAway) log('info', 'source secrets can be read again', {});
      this.isAway = false;
    } catch (error) {
      if (!this.isAway) log('warn', 'source secrets cannot be read, the known ones go on', { err: error });
      this.isAway = true;
    }
  }

  private renew({ source, secrets: own }: ConfiguredSource, live: readonly SourceSecret[]): void {
    const { keyring, sink, log } = this.options;
    const rows = live.filter(({ sourceId }) => sourceId === source.id);
    const { secrets, rowIds, unreadable } = secretsInUse(own, rows, (row) => reveal(keyring, row));
    for (const row of unreadable) this.reportUnreadable(source, row);
    this.use.assign(source.name, rowIds);
    const state = secrets.map(({ name, value }) => `${name} ${fingerprintOf(value)}`).join('\n');
    if (this.inUse.get(source.name) === state) return;
    this.inUse.set(source.name, state);
    sink.replaceSecrets(source.name, secrets);
    log('info', 'secrets in use', { source: source.name, secrets: secrets.map(({ name }) => name) });
  }

  private reportUnreadable(source: Source, row: SourceSecret): void {
    if (this.reportedUnreadable.has(row.id)) return;
    this.reportedUnreadable.add(row.id);
    this.options.log(
      'warn',
      'a stored secret cannot be opened with the keys of the key file and is not used',
      {
        source: source.name,
        secret: row.name,
        keyId: row.sealed.keyId,
      },
    );
  }

  /** A configured secret whose row no key opens (the key file was lost) is known anyway. */
  private async sealAgainWhatIsConfigured(keyring: Keyring): Promise<void> {
    const { store, configured } = this.options;
    for (const row of await store.listLive()) {
      const own = configured.find(({ source }) => source.id === row.sourceId)?.secrets ?? [];
      const secret = own.find(
        ({ name, value }) => name === row.name && fingerprintOf(value) === row.fingerprint,
      );
      if (secret === undefined || reveal(keyring, row) !== undefined) continue;
      const sealed = keyring.seal(Buffer.from(secret.value, 'utf8'), context(row.sourceId, row.name));
      await store.reseal(row.id, row.sealed, sealed);
    }
  }
}
