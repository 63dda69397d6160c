import type { Transport } from '@chargelog/domain';
import type { QuarantineReason } from './event-log.js';

export interface QuarantinedDelivery {
  readonly id: string;
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly source: string;
  readonly transport: Transport;
  readonly receivedAt: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface QuarantineQuery {
  readonly limit: number;
  readonly reason?: QuarantineReason;
  readonly source?: string;
  /** Id of the last entry of the page before. */
  readonly after?: string;
}

export const QUARANTINE_READER = Symbol('QuarantineReader');

/** The inbox of deliveries that could not become events, newest first. */
export interface QuarantineReader {
  list(query: QuarantineQuery): Promise<readonly QuarantinedDelivery[]>;
  find(id: string): Promise<QuarantinedDelivery | undefined>;
}
