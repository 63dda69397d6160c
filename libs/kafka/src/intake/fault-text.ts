import { GatewayError } from '@chargelog/domain';

/**
 * What went wrong, as one sentence for health and logs, with what to do about it. The texts of the Kafka client and of
 * Node are for programmers, so they are told in our words, and only quoted where we have none.
 */
export function errorText(error: unknown): string {
  if (error instanceof GatewayError) return storeText(error);
  const known = knownText(error);
  if (known !== undefined) return known;
  if (!(error instanceof Error)) return `unexpected fault: ${String(error)}`;
  if (isOfClient(error) || error.name === 'TypeError') {
    return `the Kafka client reports a fault that has no explanation here: ${plainText(error)}`;
  }
  return plainText(error);
}

/** The error codes of the Kafka protocol (https://kafka.apache.org/protocol#protocol_error_codes), as kafkajs calls them. */
const PROTOCOL_TEXTS: Readonly<Record<string, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION:
    'a topic or partition does not exist, or this user may not see it: create it, or allow DESCRIBE and READ on it',
  INVALID_TOPIC_EXCEPTION: 'the brokers refuse the name of a topic: correct `topics`',
  TOPIC_AUTHORIZATION_FAILED: 'this user may not read a topic: allow DESCRIBE and READ on it',
  GROUP_AUTHORIZATION_FAILED: 'this user may not use the consumer group: allow READ on the group',
  CLUSTER_AUTHORIZATION_FAILED: 'the brokers forbid this user the call: look at its ACLs',
  SASL_AUTHENTICATION_FAILED: 'SASL authentication failed: the brokers refuse username or password',
  UNSUPPORTED_SASL_MECHANISM:
    'SASL authentication failed: the broker does not offer this mechanism; choose one that it has switched on',
  ILLEGAL_SASL_STATE:
    'SASL authentication failed: the broker did not expect a login; compare `securityProtocol` with its listener',
  LEADER_NOT_AVAILABLE: 'a partition has no leader at the moment: bring the brokers of its replicas back',
  NOT_LEADER_FOR_PARTITION: 'the leader of a partition has moved; it is looked for',
  FENCED_LEADER_EPOCH: 'the leader of a partition has moved; it is looked for',
  UNKNOWN_LEADER_EPOCH: 'the leader of a partition has moved; it is looked for',
  LISTENER_NOT_FOUND:
    'the leader of a partition has no listener like the one that was asked: give all brokers the same listeners',
  REPLICA_NOT_AVAILABLE: 'a replica of a partition is not available: bring its broker back',
  BROKER_NOT_AVAILABLE: 'a broker is not available: bring it back',
  KAFKA_STORAGE_ERROR: 'a broker cannot read its disk: look at its log',
  CORRUPT_MESSAGE: 'a broker finds a record batch damaged: move the leader to a sound replica',
  OFFSET_OUT_OF_RANGE: 'the position lies outside what the broker holds; the partition is aligned anew',
  OFFSET_NOT_AVAILABLE: 'the new leader of a partition does not know its end yet; it is asked again',
  REQUEST_TIMED_OUT: 'a broker did not answer in time: look at its load and its log',
  NETWORK_EXCEPTION: 'a broker lost its connection to another broker: look at the network between them',
  GROUP_LOAD_IN_PROGRESS: 'the coordinator of the consumer group is still starting; it is asked again',
  GROUP_COORDINATOR_NOT_AVAILABLE:
    'no broker coordinates the consumer group: look whether the topic __consumer_offsets has leaders and enough replicas',
  NOT_COORDINATOR_FOR_GROUP: 'the coordinator of the consumer group has moved; it is looked for',
  INCONSISTENT_GROUP_PROTOCOL:
    'other programs are members of the consumer group and share it out in another way: give this source a `groupId` of its own',
  INVALID_GROUP_ID: 'the brokers refuse the name of the consumer group: correct `groupId`',
  GROUP_MAX_SIZE_REACHED:
    'the consumer group has as many members as the brokers allow: run fewer instances, or raise group.max.size',
  INVALID_SESSION_TIMEOUT:
    'the brokers do not allow a session time-out of 10 s: set their group.min.session.timeout.ms to 10000 or less',
  UNKNOWN_MEMBER_ID:
    'the consumer group has forgotten this member, which was silent for too long; it joins again',
  ILLEGAL_GENERATION: 'the consumer group was shared out anew meanwhile; it is joined again',
  REBALANCE_IN_PROGRESS: 'the consumer group is being shared out anew; it is joined again',
  UNSUPPORTED_VERSION: 'the brokers do not know a call that is needed: they have to be Kafka 0.11 or newer',
  UNSUPPORTED_COMPRESSION_TYPE:
    'the broker does not hand out records compressed like this to clients of this version',
};

/** Of Node and its TLS, by code. The broker is named before them. */
const CONNECTION_TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there: start the broker, or correct host and port',
  ENOTFOUND: 'its host name is not known: correct it, or look at the name server',
  EAI_AGAIN: 'the name server does not answer',
  ETIMEDOUT: 'it does not answer: look at routes and firewalls',
  EHOSTUNREACH: 'there is no route to it: look at routes and firewalls',
  ENETUNREACH: 'there is no route to it: look at routes and firewalls',
  ECONNRESET: 'it cut the connection: compare `securityProtocol` with its listener',
  EPIPE: 'it cut the connection: compare `securityProtocol` with its listener',
  EPROTO: 'it does not speak TLS as expected: compare `securityProtocol` with its listener',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: compare `securityProtocol` with its listener',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its self-signed certificate is not trusted: set `tls.ca`',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted: set `tls.ca`',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate comes from an authority that is not trusted: set `tls.ca`',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate comes from an authority that is not trusted: set `tls.ca`',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an authority that is not trusted: set `tls.ca`',
  CERT_HAS_EXPIRED: 'its certificate has expired: renew it at the broker',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: compare the clocks',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate is for another name: set `tls.serverName` to the name in it, or connect to that name',
};

/** Of Postgres and of the connection to it, by code. */
const STORE_TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Postgres refuses connections: start it',
  ENOTFOUND: 'the host name of Postgres is not known',
  ETIMEDOUT: 'Postgres does not answer',
  '25006': 'the database is read-only',
  '3D000': 'the database does not exist',
  '28P01': 'Postgres refuses the password',
  '42501': 'the database user has no right to write',
  '53100': 'the disk of Postgres is full',
  '53300': 'Postgres has no connection left: raise max_connections, or run fewer instances',
  '55P03': 'another session holds a lock on what is to be written',
  '57014': 'a statement took longer than it may, as it does while another session holds a lock',
  '57P01': 'Postgres is stopping',
  '57P03': 'Postgres is starting or stopping',
};

/** What is the matter with the event log; the log has the error of Postgres in full. */
function storeText({ code, message, cause }: GatewayError): string {
  if (code !== 'store-away') return message;
  const reason = (cause as { readonly code?: unknown } | undefined)?.code;
  return STORE_TEXTS[String(reason)] ?? 'Postgres does not take them; the log says why';
}

function knownText(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, type, broker, code, cause } = error as Error & ClientErrorFields;
  // What the client makes of an error that it has given up on; the first one says more.
  const inner = cause instanceof Error && cause !== error ? knownText(cause) : undefined;
  if (inner !== undefined && name !== 'KafkaJSBrokerNotFound') return inner;
  if (type !== undefined && type in PROTOCOL_TEXTS) return PROTOCOL_TEXTS[type];
  if (type !== undefined) return `the brokers answer with the error ${type}`;
  switch (name) {
    case 'KafkaJSConnectionError':
      return `${unreachable(broker)}: ${connectionText(error, code)}`;
    case 'KafkaJSConnectionClosedError':
      return `broker ${broker ?? ''} closed the connection: compare \`securityProtocol\` with its listener, and look at its log`;
    case 'KafkaJSRequestTimeoutError':
      return `broker ${broker ?? ''} did not answer in time: look at its load and its log`;
    case 'KafkaJSSASLAuthenticationError':
      return PROTOCOL_TEXTS[
        error.message.includes('not supported') ? 'UNSUPPORTED_SASL_MECHANISM' : 'SASL_AUTHENTICATION_FAILED'
      ];
    case 'KafkaJSGroupCoordinatorNotFound':
      return PROTOCOL_TEXTS['GROUP_COORDINATOR_NOT_AVAILABLE'];
    case 'KafkaJSBrokerNotFound':
      return `${error.message}${inner === undefined ? '' : `: ${inner}`}`;
    case 'KafkaJSNoBrokerAvailableError':
      return 'no broker of the cluster can be reached';
    case 'KafkaJSServerDoesNotSupportApiKey':
      return PROTOCOL_TEXTS['UNSUPPORTED_VERSION'];
    case 'KafkaJSLockTimeout':
    case 'KafkaJSTimeout':
      return 'a broker takes connections and does not answer: look at its load and its log';
    default:
      return undefined;
  }
}

interface ClientErrorFields {
  readonly type?: string;
  readonly broker?: string;
  readonly code?: string | number;
}

function unreachable(broker: string | undefined): string {
  return broker === undefined ? 'a broker cannot be reached' : `broker ${broker} cannot be reached`;
}

function connectionText(error: Error, code: string | number | undefined): string {
  const text = CONNECTION_TEXTS[String(code)];
  if (text !== undefined) return `${text} (${String(code)})`;
  if (error.message.includes('timeout')) return CONNECTION_TEXTS['ETIMEDOUT'] ?? '';
  if (String(code).startsWith('ERR_SSL') || error.message.includes('SSL')) {
    return `the TLS handshake failed: compare certificates and \`securityProtocol\` with its listener (${String(code)})`;
  }
  return code === undefined
    ? plainText(error).replace(/^Connection error: /, '')
    : `it fails with ${String(code)}`;
}

/** Errors of kafkajs, by their names. */
function isOfClient(error: Error): boolean {
  return error.name.startsWith('KafkaJS');
}

function plainText(error: Error): string {
  // A refused connection to several addresses is an AggregateError without a message of its own.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const text = error.message === '' ? (inner === undefined ? error.name : errorText(inner)) : error.message;
  const cause = error.cause instanceof Error ? errorText(error.cause) : undefined;
  return cause === undefined || text.includes(cause) ? text : `${text}: ${cause}`;
}

/** What an error code of the protocol means, for a partition or topic that is named beside it. */
export function codeText(code: number): string {
  const type = CODES[code];
  return (
    (type === undefined ? undefined : PROTOCOL_TEXTS[type]) ??
    `the brokers answer with the error code ${code}`
  );
}

const CODES: Readonly<Record<number, string>> = {
  1: 'OFFSET_OUT_OF_RANGE',
  2: 'CORRUPT_MESSAGE',
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_FOR_PARTITION',
  7: 'REQUEST_TIMED_OUT',
  8: 'BROKER_NOT_AVAILABLE',
  9: 'REPLICA_NOT_AVAILABLE',
  13: 'NETWORK_EXCEPTION',
  17: 'INVALID_TOPIC_EXCEPTION',
  29: 'TOPIC_AUTHORIZATION_FAILED',
  30: 'GROUP_AUTHORIZATION_FAILED',
  31: 'CLUSTER_AUTHORIZATION_FAILED',
  35: 'UNSUPPORTED_VERSION',
  56: 'KAFKA_STORAGE_ERROR',
  72: 'LISTENER_NOT_FOUND',
  74: 'FENCED_LEADER_EPOCH',
  75: 'UNKNOWN_LEADER_EPOCH',
  76: 'UNSUPPORTED_COMPRESSION_TYPE',
  78: 'OFFSET_NOT_AVAILABLE',
};
