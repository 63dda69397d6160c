import { GatewayError } from '@chargelog/domain';
import type { ActiveKey, ApiKey, KeyStore, NewApiKey } from '@chargelog/features/access';
import { MemoryAuditLog } from './memory-audit-log.js';

const MINUTE_MS = 60_000;

/** API keys in memory, with a database's bad days. */
export class MemoryKeyStore implements KeyStore {
  /** Times that all live keys were read. */
  reads = 0;
  /** Set: every call fails with it. */
  failure: Error | undefined;
  private keys: readonly ActiveKey[] = [];

  constructor(
    private readonly tenants: readonly string[] = [],
    readonly audit = new MemoryAuditLog(),
    private readonly now: () => number = Date.now,
  ) {}

  async create(key: NewApiKey, by: string): Promise<ApiKey> {
    await this.reach();
    const unknown = (key.tenants ?? []).filter((tenant) => !this.tenants.includes(tenant));
    if (unknown.length > 0) throw new GatewayError('invalid-body', `tenants: ${unknown.join(', ')}`);
    if (this.keys.some(({ name, revokedAt }) => name === key.name && revokedAt === undefined))
      throw new GatewayError('conflict', `A key named "${key.name}" exists.`);
    const made = { ...key, createdAt: this.now(), revokedAt: undefined, lastUsedAt: undefined };
    this.keys = [...this.keys, made];
    this.audit.write({ actor: by, action: 'key.create', subject: key.id, detail: { name: key.name } });
    return withoutHash(made);
  }

  async list(): Promise<readonly ApiKey[]> {
    await this.reach();
    const isLive = ({ revokedAt }: ApiKey): boolean => revokedAt === undefined;
    const newestFirst = this.keys.toReversed();
    return [...newestFirst.filter(isLive), ...newestFirst.filter((key) => !isLive(key))].map(withoutHash);
  }

  async revoke(id: string, by: string): Promise<ApiKey | undefined> {
    await this.reach();
    const key = this.keys.find((candidate) => candidate.id === id);
    if (key === undefined || key.revokedAt !== undefined) return key && withoutHash(key);
    this.audit.write({ actor: by, action: 'key.revoke', subject: id, detail: { name: key.name } });
    return withoutHash(this.change(key, { revokedAt: this.now() }));
  }

  async listActive(): Promise<readonly ActiveKey[]> {
    this.reads += 1;
    await this.reach();
    return this.keys.filter(
      ({ revokedAt, expiresAt }) =>
        revokedAt === undefined && (expiresAt === undefined || expiresAt > this.now()),
    );
  }

  async touch(id: string): Promise<void> {
    await this.reach();
    const key = this.keys.find((candidate) => candidate.id === id);
    if (key === undefined || this.now() - (key.lastUsedAt ?? -Infinity) < MINUTE_MS) return;
    this.change(key, { lastUsedAt: this.now() });
  }

  private change(key: ActiveKey, to: Partial<ActiveKey>): ActiveKey {
    const changed = { ...key, ...to };
    this.keys = this.keys.map((candidate) => (candidate === key ? changed : candidate));
    return changed;
  }

  private async reach(): Promise<void> {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
  }
}

function withoutHash(active: ActiveKey): ApiKey {
  const { id, name, prefix, scopes, tenants, createdAt, expiresAt, revokedAt, lastUsedAt } = active;
  return { id, name, prefix, scopes, tenants, createdAt, expiresAt, revokedAt, lastUsedAt };
}
