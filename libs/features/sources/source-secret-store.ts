import type { Sealed } from '@chargelog/features/sealing';
import type { Source } from '@chargelog/domain';

/** Where a secret came from: the YAML file owns its own, the API those that were added to it. */
export type SecretOrigin = 'configuration' | 'api';

export interface NewSourceSecret {
  /** UUIDv7. */
  readonly id: string;
  readonly sourceId: number;
  readonly name: string;
  /** 12 hex digits that tell secrets apart and give none away. */
  readonly fingerprint: string;
  readonly sealed: Sealed;
}

export interface SourceSecret extends NewSourceSecret {
  readonly origin: SecretOrigin;
  /** Instants in ms since 1970 UTC. */
  readonly createdAt: number;
  readonly lastSignedAt: number | undefined;
}

export const SOURCE_SECRET_STORE = Symbol('SourceSecretStore');

/**
 * Secrets of webhook sources, sealed. Every change is written to the audit log in the same transaction. A retired secret
 * leaves its name and fingerprint behind; its ciphertext is erased.
 *
 * Throws GatewayError `store-away`, `overloaded` or `query-timeout`.
 */
export interface SourceSecretStore {
  listSources(): Promise<readonly Source[]>;
  /** Every secret that is not retired, oldest first. */
  listLive(): Promise<readonly SourceSecret[]>;
  /** @throws GatewayError `conflict` when a live secret of the source has the name or is the same. */
  add(secret: NewSourceSecret, by: string): Promise<SourceSecret>;
  /** Retires a secret that was added by the API. False when there is none of this name. */
  retire(sourceId: number, name: string, by: string): Promise<boolean>;
  /**
   * Makes the source's secrets of origin `configuration` exactly these (by name and fingerprint): adds what is missing,
   * retires what is no longer there. Instances that start together take turns.
   */
  copyIn(sourceId: number, configured: readonly NewSourceSecret[]): Promise<void>;
  /** Never moves backwards. */
  noteSigned(id: string, at: number): Promise<void>;
  /** Replaces a ciphertext, unless somebody else did since it was read. */
  reseal(id: string, former: Sealed, sealed: Sealed): Promise<void>;
}
