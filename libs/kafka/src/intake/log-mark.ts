import { hash } from 'node:crypto';
import type { KafkaMessage } from 'kafkajs';
import type { LogMark } from '@chargelog/pipeline';
import { leaderEpochOf } from './fetched-batch.js';

/** The mark of a log whose last record read is this one; none was when left out. */
export function markOf(topicId: string | undefined, message?: KafkaMessage): LogMark {
  const leaderEpoch = leaderEpochOf(message);
  return {
    ...(topicId !== undefined && { topicId }),
    ...(leaderEpoch !== undefined && { leaderEpoch }),
    ...(message !== undefined && { recordOffset: message.offset, recordDigest: digestOf(message) }),
  };
}

/** Differs, as good as certainly, for two records that stand at one offset of two logs: their timestamps or contents do. */
export function digestOf({ timestamp, key, value }: KafkaMessage): string {
  const parts = [Buffer.from(timestamp), key, value].map((part) => part ?? undefined);
  const lengths = parts.map((part) => part?.length ?? -1).join(' ');
  const bytes = Buffer.concat([Buffer.from(`${lengths} `), ...parts.filter((part) => part !== undefined)]);
  return hash('sha256', bytes, 'hex').slice(0, 32);
}
