import type { KafkaGap } from '@chargelog/pipeline';

export type GapState = 'unacknowledged' | 'acknowledged';

export interface RecordedGap extends Omit<KafkaGap, 'sourceId'> {
  /** Decimal digits; ascends with the order of recording. */
  readonly id: string;
  readonly source: string;
  /** ms since 1970 UTC. */
  readonly detectedAt: number;
  readonly acknowledgement:
    | {
        /** ms since 1970 UTC. */
        readonly at: number;
        readonly by: string;
        readonly reason: string;
      }
    | undefined;
}

export interface GapQuery {
  readonly limit: number;
  readonly state?: GapState;
  /** Id of the last gap of the page before. */
  readonly after?: string;
}

export const KAFKA_GAP_STORE = Symbol('KafkaGapStore');

/**
 * What people look up and decide about gaps. A gap stays on record for ever, with its exact range; acknowledging says that
 * somebody knows of it, and why nothing more is to be done. Written to the audit log in the same transaction.
 *
 * Throws GatewayError `not-found` for a source or gap that is not there, `store-away` or `query-timeout`.
 */
export interface KafkaGapStore {
  /** Newest first. A source that reads no Kafka has none. */
  list(source: string, query: GapQuery): Promise<readonly RecordedGap[]>;
  /** Returns the gap as it is then: the first acknowledgement stands, a further one changes and records nothing. */
  acknowledge(
    source: string,
    id: string,
    decision: { readonly by: string; readonly reason: string },
  ): Promise<RecordedGap>;
}
