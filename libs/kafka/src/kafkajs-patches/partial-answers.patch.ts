import type { Cluster } from 'kafkajs';
import type { InnerBroker, InnerCluster, LookupRequest } from './inner-cluster.js';

/** What is told of a client's reading. */
export interface ReadingObserver {
  /** A fetch was answered for this partition; `code` is the error code of the Kafka protocol, 0 when there is none. */
  readonly onFetched: (topic: string, partition: number, code: number) => void;
  /** A broker cannot be reached, or has not answered a fetch in time. */
  readonly onBrokerAway: (nodeId: number, error: unknown) => void;
}

/** Keys of the calls (https://kafka.apache.org/protocol#protocol_api_keys). */
const FETCH = 1;
const LIST_OFFSETS = 2;
const METADATA = 3;
const OFFSET_FETCH = 9;
const FIND_COORDINATOR = 10;

type Parse = (answer: never) => Promise<unknown>;

/**
 * Takes an answer of a broker for what it is when only a part of it is an error. kafkajs 2.2.4 makes an error of the whole
 * call: one topic that is missing or hidden, or one partition without a leader, and the metadata of all others are refused;
 * one partition that cannot be fetched, and nothing that came with it is read, and the group is shared out anew.
 *
 * For one cluster, that of a consumer of ours: other clients of the process are not touched. To be called before the client
 * connects. Can be removed with kafkajs only (ADR 0010).
 *
 * @returns undefined when in place, otherwise why it is not.
 */
export function acceptPartialAnswers(cluster: Cluster, observer?: ReadingObserver): string | undefined {
  const { brokerPool } = cluster as Partial<InnerCluster>;
  if (typeof brokerPool?.createBroker !== 'function') return 'a cluster of kafkajs does not look as expected';
  const create = brokerPool.createBroker.bind(brokerPool);
  const told: ToldErrors = {};
  brokerPool.createBroker = (options) => {
    const broker = create(options);
    readInParts(broker, observer, told);
    return broker;
  };
  askWhoeverAnswers(brokerPool);
  tellWhyNoCoordinator(cluster, told);
  if (observer !== undefined) readWithoutTheMissing(cluster, observer);
  return undefined;
}

/** The client asks brokers in any order, and ends at the first that it cannot connect to. */
function askWhoeverAnswers(pool: InnerCluster['brokerPool']): void {
  const withNone = pool.withBroker.bind(pool);
  pool.withBroker = async (work) => {
    const known = Object.entries(pool.brokers);
    // The client's own error makes it look for brokers.
    if (known.length === 0) return withNone(work);
    const connected = known.filter(([, broker]) => broker.isConnected());
    const others = known.filter(([, broker]) => !broker.isConnected());
    for (const [nodeId] of [...connected, ...others]) {
      try {
        return await work({ nodeId, broker: await pool.findBroker({ nodeId }) });
      } catch {
        // The next one may.
      }
    }
    return null;
  };
}

/** A broker that is connected and says nothing would keep the fetches of all others waiting for half a minute. */
const METADATA_LIMIT_MS = 5_000;

function tellTopicsInTime(broker: InnerBroker): void {
  const ask = broker.metadata.bind(broker);
  broker.metadata = async (topics) => {
    let timer: NodeJS.Timeout | undefined;
    const { host, port } = broker.connectionPool;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new Error('no answer to a question for topics');
        // Of such a broker the client lets go, and asks another one.
        const name = 'KafkaJSConnectionClosedError';
        reject(Object.assign(error, { name, host, port, broker: `${host}:${port}`, retriable: true }));
      }, METADATA_LIMIT_MS);
    });
    try {
      return await Promise.race([ask(topics), limit]);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Errors that the client drops. */
interface ToldErrors {
  coordinator?: unknown;
}

/** The client asks all brokers, drops what they answer and says that there is no coordinator: also where it is a question of rights. */
function tellWhyNoCoordinator(cluster: Cluster, told: ToldErrors): void {
  const find = cluster.findGroupCoordinator.bind(cluster);
  cluster.findGroupCoordinator = async (group) => {
    told.coordinator = undefined;
    try {
      return await find(group);
    } catch (error) {
      if (error instanceof Error && told.coordinator !== undefined) error.cause = told.coordinator;
      throw error;
    }
  };
}

function readInParts(broker: InnerBroker, observer: ReadingObserver | undefined, told: ToldErrors): void {
  tellTopicsInTime(broker);
  let lookup = broker.lookupRequest;
  // The client sets it anew whenever it connects.
  Object.defineProperty(broker, 'lookupRequest', {
    configurable: true,
    get: () => lookup,
    set: (found: LookupRequest) => {
      lookup = (apiKey, definition) => {
        const protocol = found(apiKey, definition);
        const lenient = LENIENT[apiKey];
        if (lenient === undefined) return protocol;
        return (fields) => {
          const call = protocol(fields);
          const parse = lenient(call.response.parse, observer, told);
          return { ...call, response: { decode: call.response.decode, parse } };
        };
      };
    },
  });
}

/** How the answer to a call is parsed in place of the client's own way. */
const LENIENT: Readonly<
  Record<
    number,
    ((strict: Parse, observer: ReadingObserver | undefined, told: ToldErrors) => Parse) | undefined
  >
> = {
  // A topic with an error has no partitions, a partition with an error no leader: the client passes over both.
  [METADATA]: () => (answer) => Promise.resolve(answer),
  [LIST_OFFSETS]: () => (answer) => Promise.resolve(answer),
  [OFFSET_FETCH]: (strict) => (answer) => strict(withoutUnknownOffsets(answer) as never),
  [FIND_COORDINATOR]: (strict, _observer, told) => (answer) =>
    strict(answer).catch((error: unknown) => {
      told.coordinator = error;
      throw error;
    }),
  [FETCH]: (_strict, observer) => (answer) => Promise.resolve(withoutRefusedPartitions(answer, observer)),
};

interface OffsetFetchAnswer {
  readonly responses: readonly {
    readonly partitions: readonly { readonly errorCode: number; readonly offset: string }[];
  }[];
}

/** An offset that the broker does not tell is one that the group does not have: −1. */
function withoutUnknownOffsets(answer: OffsetFetchAnswer): OffsetFetchAnswer {
  const responses = answer.responses.map((topic) => ({
    ...topic,
    partitions: topic.partitions.map((partition) =>
      partition.errorCode === 0 ? partition : { ...partition, errorCode: 0, offset: '-1' },
    ),
  }));
  return { ...answer, responses };
}

interface FetchAnswer {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly { readonly partition: number; readonly errorCode: number }[];
  }[];
}

function withoutRefusedPartitions(answer: FetchAnswer, observer: ReadingObserver | undefined): FetchAnswer {
  const responses = answer.responses.map((topic) => {
    for (const { partition, errorCode } of topic.partitions) {
      observer?.onFetched(topic.topicName, partition, errorCode);
    }
    return { ...topic, partitions: topic.partitions.filter(({ errorCode }) => errorCode === 0) };
  });
  return { ...answer, responses };
}

/** A broker that is away takes its own partitions out of reading, and nothing else. */
function readWithoutTheMissing(cluster: Cluster, observer: ReadingObserver): void {
  const findBroker = cluster.findBroker.bind(cluster);
  cluster.findBroker = async (node) => {
    let broker: InnerBroker;
    const nodeId = Number(node.nodeId);
    try {
      broker = (await findBroker(node)) as unknown as InnerBroker;
    } catch (error) {
      if (nameOf(error) === 'KafkaJSBrokerNotFound') throw error;
      observer.onBrokerAway(nodeId, error);
      // The one error of this kind that the client takes for a reason to look again, and not for its end.
      throw Object.assign(new Error(`broker ${nodeId} cannot be reached`, { cause: error }), {
        name: 'KafkaJSBrokerNotFound',
        retriable: true,
      });
    }
    answerInTime(broker, nodeId, observer);
    return broker as never;
  };
  // Where a partition starts is decided by us, and sought; the client would ask every leader, also one that is away.
  cluster.fetchTopicsOffset = (topics) =>
    Promise.resolve(
      topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition }) => ({ partition, offset: '0' })),
      })),
    );
}

const IN_TIME = Symbol('answerInTime');

/** A fetch that is not answered is an empty one: the client would end all others with it. */
function answerInTime(
  broker: InnerBroker & { [IN_TIME]?: true },
  nodeId: number,
  observer: ReadingObserver,
): void {
  if (broker[IN_TIME] === true) return;
  broker[IN_TIME] = true;
  const fetch = broker.fetch.bind(broker);
  broker.fetch = async (request) => {
    try {
      return await fetch(request);
    } catch (error) {
      if (nameOf(error) !== 'KafkaJSRequestTimeoutError') throw error;
      observer.onBrokerAway(nodeId, error);
      return { responses: [] };
    }
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
