import { registerCodecs } from './codecs.patch.js';
import { applyFetchResponsePatch } from './fetch-response.patch.js';
import { applyIdleTimerPatch } from './idle-timer.patch.js';
import { applyStoppedFetcherPatch } from './stopped-fetcher.patch.js';

/** A patch that does not fit the kafkajs that is installed. */
export interface MissingPatch {
  /** What is to be expected without it, as one sentence. */
  readonly consequence: string;
  readonly reason: string;
}

/**
 * Changes in kafkajs 2.2.4, which is no longer developed, what the intake cannot do with (ADR 0010). In this process, for
 * all clients, once; to be called before the first client is created. Each patch says in its file what it is for and when
 * it can be removed.
 *
 * @returns the patches that are not in place.
 */
export function patchKafkajs(): readonly MissingPatch[] {
  registerCodecs();
  const patches = [
    { consequence: 'idle Kafka connections will cost CPU', reason: applyIdleTimerPatch() },
    {
      consequence: 'one damaged Kafka record batch will stop all partitions',
      reason: applyFetchResponsePatch(),
    },
    {
      consequence: 'a Kafka consumer that is stopped while its brokers change can freeze the process',
      reason: applyStoppedFetcherPatch(),
    },
  ];
  return patches.filter((patch): patch is MissingPatch => patch.reason !== undefined);
}
