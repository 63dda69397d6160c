/** What became of one copy that was sent. */
export type Answer =
  | {
      readonly kind: 'acknowledged';
      /** As the gateway answered; `taken` when the answer does not say (Kafka, or another receiver than ours). */
      readonly outcome: 'stored' | 'duplicate' | 'quarantined' | 'taken';
      readonly eventId?: string;
    }
  | { readonly kind: 'refused'; readonly status: number; readonly retryAfterMs?: number }
  /** No answer: the copy may or may not have arrived. `reason` is an error code such as ECONNREFUSED. */
  | { readonly kind: 'unreachable'; readonly reason: string };

export type TransportName = 'webhook' | 'kafka';

/** Sends one copy and says what became of it. Never throws, never tries again by itself. */
export interface Sender {
  send(name: string, body: Buffer): Promise<Answer>;
  close(): Promise<void>;
}
