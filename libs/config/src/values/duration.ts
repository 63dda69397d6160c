const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Milliseconds of a duration written as a whole number and one unit (`500ms`, `30s`, `10m`, `1h`, `7d`), undefined when
 * it is not one. A day is 24 hours. No fractions, sums or spaces: one way to write each, so that nothing is guessed.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,15})(ms|s|m|h|d)$/.exec(text);
  const unitMs = UNIT_MS[match?.[2] ?? ''];
  if (match === null || unitMs === undefined) return undefined;
  const ms = Number(match[1]) * unitMs;
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** The shortest text that {@link parseDuration} reads back to the same number. */
export function formatDuration(ms: number): string {
  const largestFirst = Object.entries(UNIT_MS).toReversed();
  const [unit, unitMs] = largestFirst.find(([, unitMs]) => ms >= unitMs && ms % unitMs === 0) ?? ['ms', 1];
  return `${ms / unitMs}${unit}`;
}
