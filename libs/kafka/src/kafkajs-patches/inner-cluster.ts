import type { Cluster } from 'kafkajs';

/** A broker as kafkajs 2.2.4 keeps it (`src/broker/index.js`), as far as it is used here. */
export interface InnerBroker {
  /** Finds how a call is written and read; set when the broker is connected. */
  lookupRequest: LookupRequest;
  /** First and last version that the broker knows of each call; null before the first connection. */
  readonly versions: Readonly<Record<number, { minVersion: number; maxVersion: number }>> | null;
  /** `host:port` */
  readonly brokerAddress: string;
  readonly connectionPool: {
    readonly host: string;
    readonly port: number;
    send(call: ProtocolCall): Promise<unknown>;
  };
  isConnected(): boolean;
  metadata(topics: readonly string[]): Promise<InnerMetadata>;
  fetch(request: FetchRequest): Promise<unknown>;
  listOffsets(request: ListOffsetsRequest): Promise<ListedOffsets>;
  describeGroups(request: { groupIds: string[] }): Promise<{ groups: readonly DescribedGroup[] }>;
  offsetFetch(request: OffsetFetchRequest): Promise<FetchedOffsets>;
}

/** The inside of a `Cluster`, which the types of kafkajs leave out. */
export interface InnerCluster extends Cluster {
  readonly brokerPool: {
    /** The last answer to a metadata request; null before the first one. */
    readonly metadata: InnerMetadata | null;
    /** By number, as text. */
    readonly brokers: Readonly<Record<string, InnerBroker>>;
    createBroker(options: unknown): InnerBroker;
    /** One that is connected, or can be. */
    findConnectedBroker(): Promise<InnerBroker>;
    /** Connects it where it is not. */
    findBroker(node: { readonly nodeId: string }): Promise<InnerBroker>;
    /** What the first broker that can do it has done; null when none can. */
    withBroker<T>(work: (found: { nodeId: string; broker: InnerBroker }) => Promise<T>): Promise<T | null>;
  };
}

export interface InnerMetadata {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
  readonly clusterId?: string | null;
  readonly topicMetadata: readonly {
    readonly topicErrorCode: number;
    readonly topic: string;
    readonly partitionMetadata: readonly {
      readonly partitionErrorCode: number;
      readonly partitionId: number;
      /** −1 when the partition has none. */
      readonly leader: number;
      readonly replicas: readonly number[];
    }[];
  }[];
}

/** `parse` throws for an answer that is an error. */
export interface ProtocolCall {
  readonly request: unknown;
  readonly response: {
    readonly decode: (bytes: Buffer) => Promise<unknown>;
    readonly parse: (answer: never) => Promise<unknown>;
  };
}

export type LookupRequest = (apiKey: number, definition: unknown) => (fields: unknown) => ProtocolCall;

interface FetchRequest {
  readonly topics: readonly unknown[];
  readonly [field: string]: unknown;
}

interface ListOffsetsRequest {
  readonly replicaId: number;
  /** 0: the high watermark is the end. 1: the first open transaction is. */
  readonly isolationLevel: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly timestamp: number }[];
  }[];
}

export interface ListedOffsets {
  readonly responses: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly errorCode: number;
      readonly offset?: string;
    }[];
  }[];
}

interface OffsetFetchRequest {
  readonly groupId: string;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number }[];
  }[];
}

export interface FetchedOffsets {
  readonly responses: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
  }[];
}

export interface DescribedGroup {
  readonly groupId: string;
  readonly state: string;
  readonly protocolType: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly clientId: string;
    readonly clientHost: string;
    readonly memberMetadata: Buffer;
    readonly memberAssignment: Buffer;
  }[];
}
