import type { JsonObject } from '@chargelog/domain';

/** One notification of the simulated AMPECO, before it is written as bytes. No two of a run have equal bodies. */
export interface SimulatedNotification {
  /** The value of the body's `notification`. */
  readonly name: string;
  readonly body: NotificationBody;
}

export type NotificationBody = JsonObject & { readonly notification: string };

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
