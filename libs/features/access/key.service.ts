import { createHash } from 'node:crypto';
import { GatewayError, newUuidV7, parseUuid } from '@chargelog/domain';
import { generateKey } from '@chargelog/features/process';
import type { KeyDirectory } from './key-directory.js';
import type { ApiKey, KeyStore, NewApiKey } from './key.store.js';

/** `clk_` and six characters: 36 of 256 bits, enough to recognize a key in a list. */
const PREFIX_LENGTH = 10;

/** Where keys are made and taken away. */
export class KeyService {
  constructor(
    private readonly store: Pick<KeyStore, 'create' | 'list' | 'revoke'>,
    private readonly directory: Pick<KeyDirectory, 'forget'>,
  ) {}

  /**
   * @returns the key's text, which nobody can be told again.
   * @throws GatewayError `invalid-body` (expires in the past, a tenant nobody knows), `conflict` (name in use).
   */
  async create(
    wanted: Pick<NewApiKey, 'name' | 'scopes' | 'tenants' | 'expiresAt'>,
    by: string,
  ): Promise<{ readonly key: ApiKey; readonly text: string }> {
    if (wanted.expiresAt !== undefined && wanted.expiresAt <= Date.now()) {
      throw refused('expiresAt', 'lies in the past');
    }
    refuseWhatSeesAllTenants(wanted);
    const text = generateKey('clk');
    const key = await this.store.create(
      {
        ...wanted,
        id: newUuidV7(Date.now()),
        prefix: text.slice(0, PREFIX_LENGTH),
        hash: createHash('sha256').update(text, 'utf8').digest(),
      },
      by,
    );
    this.directory.forget();
    return { key, text };
  }

  list(): Promise<readonly ApiKey[]> {
    return this.store.list();
  }

  /** Counts at once on this instance, on others within seconds. @throws GatewayError `not-found`. */
  async revoke(id: string, by: string): Promise<ApiKey> {
    const key = parseUuid(id) && (await this.store.revoke(id.toLowerCase(), by));
    if (key === undefined) throw new GatewayError('not-found', 'No key has this id.');
    this.directory.forget();
    return key;
  }
}

/** These scopes show sources, deliveries and counts of every tenant; a key of one tenant must not have them. */
function refuseWhatSeesAllTenants({ scopes, tenants }: Pick<NewApiKey, 'scopes' | 'tenants'>): void {
  if (tenants === undefined) return;
  const wide = scopes.filter((scope) => ['admin', 'quarantine', 'metrics'].includes(scope));
  if (wide.length === 0) return;
  throw refused(
    'scopes',
    `${wide.map((scope) => `"${scope}"`).join(', ')} cannot be limited to tenants; leave out the scope or the tenants`,
  );
}

function refused(name: string, reason: string): GatewayError {
  return new GatewayError('invalid-body', `${name}: ${reason}`, { errors: [{ in: 'body', name, reason }] });
}
