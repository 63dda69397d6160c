/**
 * How long the feed's horizon has been held back by a writer in flight: positions are given out beyond it, and it does
 * not move. Under load the horizon is nearly always a batch behind; that is no age as long as it moves from one look to
 * the next.
 */
export class HorizonAge {
  private held: { readonly horizon: bigint; readonly since: number } | undefined;

  /** @returns the age in ms at this look. `now` on any clock that does not jump. */
  observe(
    head: { readonly lastPosition: bigint; readonly horizon: bigint | undefined },
    now: number,
  ): number {
    if (head.horizon === undefined || head.horizon >= head.lastPosition) {
      this.held = undefined;
      return 0;
    }
    if (this.held?.horizon !== head.horizon) this.held = { horizon: head.horizon, since: now };
    return now - this.held.since;
  }
}
