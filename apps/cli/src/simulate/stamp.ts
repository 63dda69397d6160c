/** One instant in the spellings AMPECO uses, each in its own places. */
export interface Stamp {
  /** ms since 1970 UTC, whole. */
  readonly ms: number;
  /** `2026-03-14T09:26:53.418203Z`: status, boot, security and meter value stamps. */
  readonly micros: string;
  /** `2026-03-14T09:26:53+00:00`: `lastUpdatedAt` and the stamps of sessions. */
  readonly seconds: string;
}

export function stampOf(micros: number): Stamp {
  const ms = Math.floor(micros / 1_000);
  const iso = new Date(ms).toISOString();
  return {
    ms,
    micros: `${iso.slice(0, -1)}${String(micros % 1_000).padStart(3, '0')}Z`,
    seconds: `${iso.slice(0, 19)}+00:00`,
  };
}

/** The same instant at a site, `2026-03-14T11:26:53+02:00`. */
export function localSeconds(ms: number, offsetMinutes: number): string {
  const iso = new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, 19);
  const absolute = Math.abs(offsetMinutes);
  const hours = String(Math.floor(absolute / 60)).padStart(2, '0');
  const minutes = String(absolute % 60).padStart(2, '0');
  return `${iso}${offsetMinutes < 0 ? '-' : '+'}${hours}:${minutes}`;
}

/** Minutes ahead of UTC of an IANA time zone at an instant. */
export function zoneOffsetMinutes(timezone: string, ms: number): number {
  const format = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /^GMT([+-])(\d{2}):(\d{2})$/.exec(name);
  if (match === null) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}
