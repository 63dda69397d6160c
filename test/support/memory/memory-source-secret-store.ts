import type { Sealed } from '@chargelog/features/sealing';
import { GatewayError, type Source } from '@chargelog/domain';
import type {
  NewSourceSecret,
  SecretOrigin,
  SourceSecret,
  SourceSecretStore,
} from '@chargelog/features/sources';
import { MemoryAuditLog } from './memory-audit-log.js';

/** Secrets of webhook sources in memory, with a database's bad days. */
export class MemorySourceSecretStore implements SourceSecretStore {
  /** Set: every call fails with it. */
  failure: Error | undefined;
  /** Set: a secret that is added waits for this before it is there, as behind a lock. */
  lock: Promise<void> | undefined;
  private live: readonly SourceSecret[] = [];

  constructor(
    private readonly sources: readonly Source[],
    readonly audit = new MemoryAuditLog(),
  ) {}

  async listSources(): Promise<readonly Source[]> {
    await this.reach();
    return this.sources.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async listLive(): Promise<readonly SourceSecret[]> {
    await this.reach();
    return this.live;
  }

  async add(secret: NewSourceSecret, by: string): Promise<SourceSecret> {
    await this.lock;
    await this.reach();
    const ofSource = this.live.filter(({ sourceId }) => sourceId === secret.sourceId);
    if (ofSource.some((row) => row.name === secret.name || row.fingerprint === secret.fingerprint))
      throw new GatewayError('conflict', `The source has the secret "${secret.name}" already.`);
    return this.insert(secret, 'api', by);
  }

  async retire(sourceId: number, name: string, by: string): Promise<boolean> {
    await this.reach();
    const secret = this.live.find(
      (row) => row.sourceId === sourceId && row.name === name && row.origin === 'api',
    );
    if (secret !== undefined) this.remove(secret, by);
    return secret !== undefined;
  }

  async copyIn(sourceId: number, configured: readonly NewSourceSecret[]): Promise<void> {
    await this.reach();
    const stored = this.live.filter((row) => row.sourceId === sourceId && row.origin === 'configuration');
    const isSame = (row: SourceSecret, secret: NewSourceSecret): boolean =>
      row.name === secret.name && row.fingerprint === secret.fingerprint;
    for (const row of stored)
      if (!configured.some((secret) => isSame(row, secret))) this.remove(row, 'system');
    for (const secret of configured)
      if (!stored.some((row) => isSame(row, secret))) this.insert(secret, 'configuration', 'system');
  }

  async noteSigned(id: string, at: number): Promise<void> {
    await this.reach();
    this.change(id, (row) => ({ ...row, lastSignedAt: Math.max(row.lastSignedAt ?? 0, at) }));
  }

  async reseal(id: string, former: Sealed, sealed: Sealed): Promise<void> {
    await this.reach();
    this.change(id, (row) => (row.sealed.bytes.equals(former.bytes) ? { ...row, sealed } : row));
  }

  private insert(secret: NewSourceSecret, origin: SecretOrigin, by: string): SourceSecret {
    const row = { ...secret, origin, createdAt: Date.now(), lastSignedAt: undefined };
    this.live = [...this.live, row];
    this.write('secret.add', by, row);
    return row;
  }

  private remove(secret: SourceSecret, by: string): void {
    this.live = this.live.filter((row) => row !== secret);
    this.write('secret.retire', by, secret);
  }

  private write(action: string, actor: string, { sourceId, name, fingerprint, origin }: SourceSecret): void {
    const source = this.sources.find(({ id }) => id === sourceId)?.name;
    this.audit.write({ actor, action, subject: `${source}/${name}`, detail: { fingerprint, origin } });
  }

  private change(id: string, to: (row: SourceSecret) => SourceSecret): void {
    this.live = this.live.map((row) => (row.id === id ? to(row) : row));
  }

  private async reach(): Promise<void> {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
  }
}
