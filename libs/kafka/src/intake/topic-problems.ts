import type { PartitionEnds, TopicFacts } from './broker-access.js';
import { codeText } from './fault-text.js';
import type { Finding } from './findings.js';
import { keyOf } from './partition-ledger.js';

const UNKNOWN_TOPIC_OR_PARTITION = 3;
const TOPIC_AUTHORIZATION_FAILED = 29;

/** What of the topics cannot be read at the moment, whoever may try. */
export function topicProblems(
  topics: readonly TopicFacts[],
  faults: ReadonlyMap<string, string>,
  addressOf: (nodeId: number) => string | undefined,
): readonly Finding[] {
  return topics.flatMap(({ topic, code, partitions }) => {
    if (partitions.length === 0) return [missing(topic, code)];
    return partitions.flatMap(({ partition, leader, replicas }) => {
      const at = keyOf(topic, partition);
      if (leader === undefined) return [leaderless(at, replicas, addressOf)];
      const fault = faults.get(at);
      if (fault === undefined) return [];
      const detail = `${at} cannot be read: ${fault}`;
      return [{ kind: 'not-answered' as const, at, detail, whatToDo: WAITS }];
    });
  });
}

const WAITS =
  'The other partitions are read on. This one is tried again by itself, from where it stands; nothing of it is lost for as long as the topic keeps it.';

function missing(topic: string, code: number): Finding {
  const at = topic;
  if (code === TOPIC_AUTHORIZATION_FAILED) {
    return {
      kind: 'topic-missing',
      at,
      detail: `this user may not read topic ${topic}`,
      whatToDo: `Allow the user of this source DESCRIBE and READ on ${topic}, or take it out of \`topics\`. The other topics are read.`,
    };
  }
  const isUnknown = code === 0 || code === UNKNOWN_TOPIC_OR_PARTITION;
  return {
    kind: 'topic-missing',
    at,
    detail: isUnknown
      ? `topic ${topic} does not exist, or this user may not see it`
      : `topic ${topic} cannot be read: ${codeText(code)}`,
    whatToDo: `Create ${topic}, or allow the user of this source DESCRIBE and READ on it, or take it out of \`topics\`. The other topics are read.`,
  };
}

function leaderless(
  at: string,
  replicas: readonly number[],
  addressOf: (nodeId: number) => string | undefined,
): Finding {
  const brokers = replicas.map((id) => `broker ${id} (${addressOf(id) ?? 'not in the cluster now'})`);
  return {
    kind: 'no-leader',
    at,
    detail: `${at} has no leader; its copies are on ${brokers.join(' and ') || 'no broker'}`,
    whatToDo: `Bring one of these brokers back. ${WAITS}`,
  };
}

/** Partitions that are stored up to the first open transaction, with records behind it. */
export function openTransactions(
  ends: ReadonlyMap<string, PartitionEnds>,
  positions: ReadonlyMap<string, bigint>,
): readonly Finding[] {
  return [...ends].flatMap(([at, { stable, high }]) => {
    const position = positions.get(at);
    if (stable >= high || position === undefined || position < stable) return [];
    const [topic, partition] = [at.slice(0, at.lastIndexOf('/')), at.slice(at.lastIndexOf('/') + 1)];
    return [
      {
        kind: 'open-transaction',
        at,
        // Without a count of what waits: it is the lag, and the text stays the same while the transaction does.
        detail: `${at} waits for an open transaction since offset ${stable}; what stands behind it cannot be read before it has ended`,
        whatToDo:
          'Nothing is lost. Its producer has to commit or abort it. One whose producer is gone is found by `kafka-transactions.sh find-hanging` ' +
          `and ended by \`kafka-transactions.sh abort --topic ${topic} --partition ${partition} --start-offset ${stable}\`.`,
      },
    ];
  });
}
