/** Bodies of a storm. `n` names a notification: equal n, equal notification, however it is written. */

/** As AMPECO's PHP writes it: compact, slashes and non-ASCII escaped. */
export function dated(n: number): string {
  const at = new Date(Date.UTC(2026, 2, 14, 9) + n * 1_000).toISOString();
  return (
    `{"notification":"SecurityEventNotification","chargePointId":${1_000 + (n % 20)},"type":"ResetOrReboot",` +
    `"timestamp":"${at.replace('Z', '000Z')}","techInfo":"storm\\/caf\\u00e9 ${n}","critical":false}`
  );
}

/** A copy by another JSON writer: other key order, spaces, nothing escaped. */
export function datedOtherwise(n: number): string {
  const members = Object.entries(JSON.parse(dated(n)) as Record<string, unknown>).toReversed();
  return JSON.stringify(Object.fromEntries(members), undefined, (n % 3) + 1);
}

/** Nothing in it says when: equal bodies are one event within their window. */
export function undated(n: number): string {
  return `{"notification":"chargePoint.dataTransferReceived","chargePointId":${n},"vendorId":"acme","data":"${n}"}`;
}

/** Authenticated, and no notification: one of each reason of quarantine. */
export const UNREADABLE: readonly Buffer[] = [
  Buffer.alloc(0),
  Buffer.from('{"notification":"BootNotification"'),
  Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
  Buffer.from('[{"notification":"BootNotification"}]'),
  Buffer.from('"BootNotification"'),
  Buffer.from('{"event":"session.started"}'),
  Buffer.from('{"notification":"a\\u0000b"}'),
  Buffer.from(`{"notification":"x","a":${'['.repeat(80)}${']'.repeat(80)}}`),
];

/** The same order in every run, and none that anybody would think of. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const result = [...items];
  let state = seed;
  for (let i = result.length - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = state % (i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

/** Works through a list with so many at a time. */
export async function inParallel<T>(
  width: number,
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of left) await work(item);
    }),
  );
}
