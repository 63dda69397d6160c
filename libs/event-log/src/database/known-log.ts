import { GatewayError } from '@chargelog/domain';

/** Tells a log from another one: the epoch that it was made with. Later epochs are added, this one stays. */
export const LOG_IDENTITY = 'select epoch from log_epoch order by started_at, epoch limit 1';

/**
 * The log that this process works on. The process knows names and sources by numbers of that log; in a database that was
 * dropped and made anew the same numbers stand for other names, so nothing may be written to it or read from it.
 */
export class KnownLog {
  private epoch: string | undefined;

  get isKnown(): boolean {
    return this.epoch !== undefined;
  }

  remember(epoch: string): void {
    this.epoch = epoch;
  }

  /** @throws AnotherLogError */
  compare(epoch: string | undefined): void {
    if (this.epoch === undefined || this.epoch === epoch) return;
    throw new AnotherLogError();
  }
}

/** Only a restart mends it: then tables are made if need be, and names, sources and positions are read anew. */
export class AnotherLogError extends GatewayError {
  constructor(cause?: unknown) {
    super('store-away', 'The event log was replaced while the gateway ran; the gateway must be restarted.', {
      retryAfter: 5,
      cause,
    });
  }
}
