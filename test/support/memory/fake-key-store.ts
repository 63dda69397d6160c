import type { ActiveKey, ApiKey, KeyStore, NewApiKey } from '@chargelog/features/access';

/** Rows of API keys that two instances may share, with a database's bad days. What the real one refuses is tested with it. */
export class FakeKeyStore implements Pick<KeyStore, keyof KeyStore> {
  /** Times that all live keys were read. */
  reads = 0;
  /** Set: every call fails with it. */
  failure: Error | undefined;
  private keys: readonly ActiveKey[] = [];

  async create(key: NewApiKey): Promise<ApiKey> {
    await this.reach();
    const made = { ...key, createdAt: Date.now(), revokedAt: undefined, lastUsedAt: undefined };
    this.keys = [...this.keys, made];
    return made;
  }

  async list(): Promise<readonly ApiKey[]> {
    await this.reach();
    return this.keys;
  }

  async revoke(id: string): Promise<ApiKey | undefined> {
    await this.reach();
    return this.change(id, { revokedAt: Date.now() });
  }

  async listActive(): Promise<readonly ActiveKey[]> {
    this.reads += 1;
    await this.reach();
    return this.keys.filter(({ revokedAt }) => revokedAt === undefined);
  }

  async touch(id: string): Promise<void> {
    await this.reach();
    this.change(id, { lastUsedAt: Date.now() });
  }

  private change(id: string, to: Partial<ActiveKey>): ActiveKey | undefined {
    this.keys = this.keys.map((key) => (key.id === id ? { ...key, ...to } : key));
    return this.keys.find((key) => key.id === id);
  }

  private async reach(): Promise<void> {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
  }
}
