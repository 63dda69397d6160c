import type { AuditEntry, AuditLog, RecordedAct } from '@chargelog/features/audit';

/** The audit log in memory. The other stores of this folder write their acts into one of these. */
export class MemoryAuditLog implements AuditLog {
  /** Oldest first. */
  readonly acts: RecordedAct[] = [];

  constructor(private readonly now: () => number = Date.now) {}

  record(entry: AuditEntry): Promise<void> {
    this.write(entry);
    return Promise.resolve();
  }

  page(limit: number, after?: string): Promise<readonly RecordedAct[]> {
    const earlier = this.acts.filter(({ id }) => after === undefined || BigInt(id) < BigInt(after));
    return Promise.resolve(earlier.toReversed().slice(0, limit));
  }

  write({ detail = {}, ...entry }: AuditEntry): void {
    this.acts.push({ ...entry, detail, id: String(this.acts.length + 1), at: this.now() });
  }
}
