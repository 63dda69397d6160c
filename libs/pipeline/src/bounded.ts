/** How much goes into one batch. */
export interface Bounds {
  readonly maxCount: number;
  readonly maxBytes: number;
}

/**
 * Splits a queue into what goes into the next batch and what waits for a later one. Order is kept. The first item always
 * goes: one that is larger than `maxBytes` goes alone, because it would otherwise wait for ever.
 *
 * @returns `bytes`: the size of what was taken
 */
export function takeBounded<T>(
  queue: readonly T[],
  bounds: Bounds,
  sizeOf: (item: T) => number,
): { readonly taken: T[]; readonly rest: T[]; readonly bytes: number } {
  const { end, bytes } = endOfBatch(queue, 0, bounds, sizeOf);
  return { taken: queue.slice(0, end), rest: queue.slice(end), bytes };
}

/** Cuts a list into consecutive batches, none of them empty. Order is kept; an item larger than `maxBytes` is one alone. */
export function cutBounded<T>(
  items: readonly T[],
  bounds: Bounds,
  sizeOf: (item: T) => number,
): readonly (readonly T[])[] {
  const batches: (readonly T[])[] = [];
  for (let start = 0; start < items.length;) {
    const { end } = endOfBatch(items, start, bounds, sizeOf);
    batches.push(items.slice(start, end));
    start = end;
  }
  return batches;
}

function endOfBatch<T>(
  items: readonly T[],
  start: number,
  { maxCount, maxBytes }: Bounds,
  sizeOf: (item: T) => number,
): { readonly end: number; readonly bytes: number } {
  let end = start;
  let bytes = 0;
  for (; end < items.length; end += 1) {
    const size = sizeOf(items[end] as T);
    if (end > start && (end - start >= maxCount || bytes + size > maxBytes)) break;
    bytes += size;
  }
  return { end, bytes };
}
