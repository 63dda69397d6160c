/** Bounds of one append: rows for the statement, bytes for memory. A single larger item still makes a slice of its own. */
export const MAX_SLICE_RECORDS = 1_000;
export const MAX_SLICE_BYTES = 4 * 1_024 * 1_024;

/** Cuts a list into consecutive slices within both bounds, none of them empty. */
export function toSlices<T>(items: readonly T[], sizeOf: (item: T) => number): readonly (readonly T[])[] {
  const slices: T[][] = [];
  let current: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (current.length > 0 && (current.length === MAX_SLICE_RECORDS || bytes + size > MAX_SLICE_BYTES)) {
      slices.push(current);
      current = [];
      bytes = 0;
    }
    current.push(item);
    bytes += size;
  }
  if (current.length > 0) slices.push(current);
  return slices;
}
