import type { Scope } from '@chargelog/http';

export interface ApiKey {
  /** UUIDv7. */
  readonly id: string;
  /** For people; unique among the keys that are not revoked. */
  readonly name: string;
  /** The first characters of the key: enough to recognize it, too few to guess it. */
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  /** The only tenants whose events the key sees; undefined for all. */
  readonly tenants: readonly string[] | undefined;
  /** Instants in ms since 1970 UTC. */
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  readonly revokedAt: number | undefined;
  /** To the minute. */
  readonly lastUsedAt: number | undefined;
}

export interface NewApiKey extends Pick<
  ApiKey,
  'id' | 'name' | 'prefix' | 'scopes' | 'tenants' | 'expiresAt'
> {
  /** SHA-256 of the key's text; the text itself is stored nowhere. */
  readonly hash: Buffer;
}

export interface ActiveKey extends ApiKey {
  readonly hash: Buffer;
}

export const KEY_STORE = Symbol('KeyStore');

/**
 * API keys as rows. Creating and revoking are written to the audit log in the same transaction.
 *
 * Throws GatewayError `store-away`, `overloaded` or `query-timeout`.
 */
export interface KeyStore {
  /**
   * @param by the actor for the audit log
   * @throws GatewayError `conflict` for a name in use or too many keys, `invalid-body` for a tenant nobody knows.
   */
  create(key: NewApiKey, by: string): Promise<ApiKey>;
  /** Live ones first, then revoked ones, each newest first; up to 2,000 in all. */
  list(): Promise<readonly ApiKey[]>;
  /** Returns the key as it is then; a revoked one stays as it was. Undefined when unknown. */
  revoke(id: string, by: string): Promise<ApiKey | undefined>;
  /** Every key that is neither revoked nor expired. */
  listActive(): Promise<readonly ActiveKey[]>;
  /** Notes that a key was used now; written at most once a minute, whatever the number of instances. */
  touch(id: string): Promise<void>;
}
