import { GatewayError, type Source } from '@chargelog/domain';
import type { Sealed } from '@chargelog/features/sealing';
import type {
  NewSourceSecret,
  SecretOrigin,
  SourceSecret,
  SourceSecretStore,
} from '@chargelog/features/sources';

/** Rows of source secrets that instances may share, with a database's bad days. */
export class FakeSourceSecretStore implements Pick<SourceSecretStore, keyof SourceSecretStore> {
  /** Set: every call fails with it. */
  failure: Error | undefined;
  private live: readonly SourceSecret[] = [];

  constructor(private readonly sources: readonly Source[]) {}

  async listSources(): Promise<readonly Source[]> {
    await this.reach();
    return this.sources;
  }

  async listLive(): Promise<readonly SourceSecret[]> {
    await this.reach();
    return this.live;
  }

  async add(secret: NewSourceSecret): Promise<SourceSecret> {
    await this.reach();
    const ofSource = this.live.filter(({ sourceId }) => sourceId === secret.sourceId);
    if (ofSource.some((row) => row.name === secret.name || row.fingerprint === secret.fingerprint))
      throw new GatewayError('conflict', `The source has the secret "${secret.name}" already.`);
    return this.insert(secret, 'api');
  }

  async retire(sourceId: number, name: string): Promise<boolean> {
    await this.reach();
    const before = this.live.length;
    this.live = this.live.filter(
      (row) => row.sourceId !== sourceId || row.name !== name || row.origin !== 'api',
    );
    return this.live.length < before;
  }

  async copyIn(sourceId: number, configured: readonly NewSourceSecret[]): Promise<void> {
    await this.reach();
    const isSame = (row: NewSourceSecret, other: NewSourceSecret): boolean =>
      row.name === other.name && row.fingerprint === other.fingerprint;
    const isStale = (row: SourceSecret): boolean =>
      row.sourceId === sourceId &&
      row.origin === 'configuration' &&
      !configured.some((secret) => isSame(row, secret));
    this.live = this.live.filter((row) => !isStale(row));
    for (const secret of configured) {
      const isStored = this.live.some((row) => row.origin === 'configuration' && isSame(row, secret));
      if (!isStored) this.insert(secret, 'configuration');
    }
  }

  async noteSigned(id: string, at: number): Promise<void> {
    await this.reach();
    this.change(id, { lastSignedAt: at });
  }

  async reseal(id: string, _former: Sealed, sealed: Sealed): Promise<void> {
    await this.reach();
    this.change(id, { sealed });
  }

  private insert(secret: NewSourceSecret, origin: SecretOrigin): SourceSecret {
    const row = { ...secret, origin, createdAt: Date.now(), lastSignedAt: undefined };
    this.live = [...this.live, row];
    return row;
  }

  private change(id: string, to: Partial<SourceSecret>): void {
    this.live = this.live.map((row) => (row.id === id ? { ...row, ...to } : row));
  }

  private async reach(): Promise<void> {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
  }
}
