import { createHash, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '@chargelog/domain';
import { pause } from '@chargelog/pipeline';
import type { Caller } from '@chargelog/http';
import type { ActiveKey, KeyStore } from './key.store.js';

/** A key revoked on another instance works here for at most this long. */
const FRESH_MS = 3_000;
/** Still believed while the database does not answer; together with the above less than the 5 s promised. */
const STALE_MS = 4_500;
/** A key unknown here may have been created elsewhere a moment ago, so it waits for the next look; no more of them than this, whatever is guessed. */
const LOOK_AGAIN_MS = 250;
const TOUCH_EVERY_MS = 60_000;
/** What `generateKey` makes. Anything else is no key, and is not looked for. */
const KEY_SHAPE = /^clk_[A-Za-z0-9_-]{43}$/;

interface Snapshot {
  readonly byHash: ReadonlyMap<string, ActiveKey>;
  /** By `performance.now()`: a clock that is set back must not keep a revoked key alive. */
  readonly takenAt: number;
}

/**
 * The live API keys, in memory. All of them rather than those that were asked for: a flood of wrong keys then costs
 * neither the database nor memory anything, and there are never more than the store allows.
 */
export class KeyDirectory {
  private snapshot: Snapshot | undefined;
  private loading: Promise<Snapshot> | undefined;
  private nextLook: Promise<Snapshot> | undefined;
  private readonly touchedAt = new Map<string, number>();

  constructor(private readonly store: Pick<KeyStore, 'listActive' | 'touch'>) {}

  /**
   * The caller who holds this key; undefined for a key that does not exist, has expired or was revoked.
   *
   * @throws GatewayError `store-away` when the keys cannot be read and what is known of them is too old to be trusted.
   */
  async find(presented: string): Promise<Caller | undefined> {
    if (!KEY_SHAPE.test(presented)) return undefined;
    const hash = createHash('sha256').update(presented, 'utf8').digest();
    const id = hash.toString('hex');
    const askedAt = performance.now();
    let snapshot = await this.fresh();
    if (!snapshot.byHash.has(id) && snapshot.takenAt < askedAt) snapshot = await this.next(snapshot);
    const key = snapshot.byHash.get(id);
    // The map has found the digest of 256 random bits; the comparison that decides takes the same time for all.
    if (key === undefined || !timingSafeEqual(key.hash, hash)) return undefined;
    if (hasExpired(key)) return undefined;
    this.touch(key);
    return {
      actor: `key/${key.id}/${key.name}`,
      scopes: key.scopes,
      tenants: key.tenants,
      isLive: () => this.isLive(id),
    };
  }

  private async isLive(hash: string): Promise<boolean> {
    const key = (await this.fresh()).byHash.get(hash);
    return key !== undefined && !hasExpired(key);
  }

  /** Forgets what is known, so that an act on this instance counts at once. */
  forget(): void {
    this.snapshot = undefined;
    // A load under way may have read the state before the act.
    this.loading = undefined;
  }

  private fresh(): Promise<Snapshot> | Snapshot {
    const known = this.snapshot;
    if (known !== undefined && performance.now() - known.takenAt < FRESH_MS) return known;
    return this.orKnown(known, this.loading ?? this.load());
  }

  /** A look that begins after this call; all who ask meanwhile share it. */
  private next(known: Snapshot): Promise<Snapshot> {
    const waitMs = Math.max(LOOK_AGAIN_MS - (performance.now() - known.takenAt), 0);
    this.nextLook ??= pause(waitMs).then(() => {
      this.nextLook = undefined;
      return this.load();
    });
    return this.orKnown(known, this.nextLook);
  }

  private async orKnown(known: Snapshot | undefined, looking: Promise<Snapshot>): Promise<Snapshot> {
    try {
      return await looking;
    } catch (error) {
      if (known !== undefined && this.snapshot === known && performance.now() - known.takenAt < STALE_MS)
        return known;
      throw error instanceof GatewayError
        ? new GatewayError('store-away', 'API keys cannot be checked right now; try again shortly.', {
            cause: error,
            retryAfter: 1,
          })
        : error;
    }
  }

  private load(): Promise<Snapshot> {
    const takenAt = performance.now(); // before the read: what changes during it counts as not seen
    const loading = this.store
      .listActive()
      .then((keys) => {
        const snapshot = { byHash: new Map(keys.map((key) => [key.hash.toString('hex'), key])), takenAt };
        if (this.loading === loading) this.snapshot = snapshot;
        return snapshot;
      })
      .finally(() => {
        if (this.loading === loading) this.loading = undefined;
      });
    this.loading = loading;
    return loading;
  }

  /** Not waited for, and a failure is no failure of the call: "last used" is for people. */
  private touch(key: ActiveKey): void {
    const now = Date.now();
    const before = this.touchedAt.get(key.id) ?? key.lastUsedAt ?? 0;
    if (now - before < TOUCH_EVERY_MS) return;
    if (this.touchedAt.size > 10_000) this.touchedAt.clear();
    this.touchedAt.set(key.id, now);
    this.store.touch(key.id).catch(() => this.touchedAt.delete(key.id));
  }
}

function hasExpired({ expiresAt }: ActiveKey): boolean {
  return expiresAt !== undefined && expiresAt <= Date.now();
}
