import type { Source } from '@chargelog/domain';
import type {
  KeptRejection,
  NewRejection,
  Rejection,
  RejectionCount,
  RejectionQuery,
  RejectionStore,
  RejectionTally,
} from '@chargelog/features/rejections';

const HOUR_MS = 3_600_000;

interface Count extends RejectionCount {
  readonly hour: number;
}

/** Kept rejections in memory, with a database's bad days. */
export class MemoryRejectionStore implements RejectionStore {
  /** Set: every call fails with it. */
  failure: Error | undefined;
  /** Set: trimming fails with it. */
  trimFailure: Error | undefined;
  /** Rows and tallies of every call of `keep` that succeeded. */
  readonly writes: { readonly rows: number; readonly tallies: readonly RejectionTally[] }[] = [];
  private rows: readonly KeptRejection[] = [];
  private counts: readonly Count[] = [];

  constructor(private readonly sources: readonly Source[]) {}

  async keep(rejections: readonly NewRejection[], tallies: readonly RejectionTally[]): Promise<void> {
    await this.reach();
    const known = new Set(this.rows.map(({ id }) => id));
    const added = rejections
      .filter(({ id }) => !known.has(id))
      .map((rejection) => ({ ...rejection, source: this.nameOf(rejection.source.id) }));
    this.rows = [...this.rows, ...added].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    for (const { sourceId, reason, rejected, kept } of tallies) {
      const count = {
        source: this.nameOf(sourceId),
        reason,
        rejected: BigInt(rejected),
        kept: BigInt(kept),
        hour,
      };
      this.counts = [...this.counts, count];
    }
    this.writes.push({ rows: rejections.length, tallies });
  }

  async list(query: RejectionQuery, limit: number, after?: string): Promise<readonly Rejection[]> {
    await this.reach();
    const { receivedAfter = -Infinity, receivedBefore = Infinity } = query;
    return this.rows
      .filter((row) => isOf(row, query) && (after === undefined || row.id < after))
      .filter(({ receivedAt }) => receivedAt >= receivedAfter && receivedAt < receivedBefore)
      .toReversed()
      .slice(0, limit)
      .map(({ id, source, receivedAt, reason, bytes }) => ({ id, source, receivedAt, reason, bytes }));
  }

  async count(query: RejectionQuery): Promise<readonly RejectionCount[]> {
    await this.reach();
    const { receivedAfter = -Infinity, receivedBefore = Infinity } = query;
    const sums = new Map<string, RejectionCount>();
    for (const { hour, ...count } of this.counts) {
      if (!isOf(count, query) || hour + HOUR_MS <= receivedAfter || hour >= receivedBefore) continue;
      const key = `${count.source} ${count.reason}`;
      const sum = sums.get(key) ?? { ...count, rejected: 0n, kept: 0n };
      sums.set(key, { ...sum, rejected: sum.rejected + count.rejected, kept: sum.kept + count.kept });
    }
    return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
  }

  async find(id: string): Promise<KeptRejection | undefined> {
    await this.reach();
    return this.rows.find((row) => row.id === id);
  }

  async newest(source: string): Promise<KeptRejection | undefined> {
    await this.reach();
    return this.rows.findLast((row) => row.source === source);
  }

  async oldest(source: string, after?: string): Promise<readonly KeptRejection[]> {
    await this.reach();
    return this.rows.filter((row) => row.source === source && (after === undefined || row.id > after));
  }

  async sealedOtherwise(keyId: string, after?: string): Promise<readonly KeptRejection[]> {
    await this.reach();
    return this.rows.filter(
      ({ id, sealed }) => sealed.keyId !== keyId && (after === undefined || id > after),
    );
  }

  async reseal(rejections: readonly Pick<KeptRejection, 'id' | 'sealed'>[]): Promise<void> {
    await this.reach();
    this.rows = this.rows.map((row) => ({ ...row, ...rejections.find(({ id }) => id === row.id) }));
  }

  async trim(limits: { readonly receivedBefore: number; readonly bytesPerSource: number }): Promise<number> {
    await this.reach();
    if (this.trimFailure !== undefined) throw this.trimFailure;
    const held = new Map<string, number>();
    const before = this.rows.length;
    this.rows = this.rows
      .toReversed()
      .filter(({ source, sealed, receivedAt }) => {
        const bytes = (held.get(source) ?? 0) + sealed.bytes.length;
        held.set(source, bytes);
        return receivedAt >= limits.receivedBefore && bytes <= limits.bytesPerSource;
      })
      .toReversed();
    return before - this.rows.length;
  }

  private nameOf(sourceId: number): string {
    const source = this.sources.find(({ id }) => id === sourceId);
    if (source === undefined) throw new Error(`no source has the id ${sourceId}`);
    return source.name;
  }

  private async reach(): Promise<void> {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
  }
}

function isOf({ source, reason }: Pick<Rejection, 'source' | 'reason'>, query: RejectionQuery): boolean {
  return (
    (query.source === undefined || query.source === source) &&
    (query.reason === undefined || query.reason === reason)
  );
}
