import type { JsonObject } from '@chargelog/domain';

/** One notification of the simulated AMPECO, before it is written as bytes. No two of a run have equal bodies. */
export interface SimulatedNotification {
  /** The value of the body's `notification`. */
  readonly name: string;
  readonly body: NotificationBody;
}

export type NotificationBody = JsonObject & { readonly notification: string };
