/**
 * Limits how often something is said or done, for each key apart: a warning about a source once a minute, say, so that a
 * flood of the same trouble does not fill the log. Keys are kept for ever, so they must be few: names of sources, not
 * what a sender chooses.
 */
export class AtMostEvery {
  private readonly allowedAt = new Map<string | number, number>();

  /** @param now ms that never go backwards: by a clock that is set back, nothing would be said for as long. */
  constructor(
    private readonly ms: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** True when the last true for this key is `ms` or more ago. The caller does it then; the span begins anew. */
  allows(key: string | number = ''): boolean {
    const now = this.now();
    const before = this.allowedAt.get(key);
    if (before !== undefined && now - before < this.ms) return false;
    this.allowedAt.set(key, now);
    return true;
  }
}
