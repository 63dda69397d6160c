interface BrokerPorts {
  readonly plaintext: number;
  readonly saslPlaintext: number;
  readonly ssl: number;
  readonly saslSsl: number;
  readonly controller: number;
}

export interface BrokerPropertiesOptions {
  readonly ports: BrokerPorts;
  /** Address the listeners bind to; to clients the broker always names 127.0.0.1. */
  readonly bindHost: string;
  /** Folder of the node's data, as the broker process sees it. */
  readonly dataDir: string;
  /** PEM file with the server's key and certificate, as the broker process sees it. */
  readonly keystore: string;
  /** PEM file with the authority that client certificates must come from. */
  readonly truststore: string;
  readonly username: string;
  readonly password: string;
  /** Broker 2 of a cluster whose controller is at `ports.controller`; otherwise broker 1 and the controller itself. */
  readonly isSecond: boolean;
  /** Further properties; they win. */
  readonly overrides: Readonly<Record<string, string>>;
}

const SASL_LISTENERS = ['sasl', 'sasltls'] as const;

/**
 * The configuration of one KRaft node that is broker and controller at once, as a properties file. Every listener
 * offers what its name says; the two TLS listeners trust the test authority, `SSL` also demands a client certificate.
 */
export function brokerProperties(options: BrokerPropertiesOptions): string {
  const { ports, bindHost, isSecond } = options;
  const listeners: readonly (readonly [name: string, port: number])[] = [
    ['PLAINTEXT', ports.plaintext],
    ['SASL', ports.saslPlaintext],
    ['TLS', ports.ssl],
    ['SASLTLS', ports.saslSsl],
  ];
  const properties: Record<string, string> = {
    'process.roles': isSecond ? 'broker' : 'broker,controller',
    'node.id': isSecond ? '2' : '1',
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: [
      ...listeners.map(([name, port]) => `${name}://${bindHost}:${port}`),
      ...(isSecond ? [] : [`CONTROLLER://127.0.0.1:${ports.controller}`]),
    ].join(','),
    'advertised.listeners': listeners.map(([name, port]) => `${name}://127.0.0.1:${port}`).join(','),
    'listener.security.protocol.map':
      'PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL,SASLTLS:SASL_SSL,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': options.keystore,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': options.truststore,
    'listener.name.tls.ssl.client.auth': 'required',
    'log.dirs': options.dataDir,
    'num.partitions': '3',
    'default.replication.factor': '1',
    'min.insync.replicas': '1',
    // Obligatory on one node: with the default of 3 the group coordinator never becomes available.
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'share.coordinator.state.topic.num.partitions': '1',
    'group.initial.rebalance.delay.ms': '0',
    // Lets a test evict a dead member within a second instead of six.
    'group.min.session.timeout.ms': '1000',
    // A killed node is refused as a duplicate of itself until its old session has run out (9 s by default).
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
    'auto.create.topics.enable': 'true',
    'num.network.threads': '2',
    'num.io.threads': '2',
    // The default is a 128 MiB heap array.
    'log.cleaner.dedupe.buffer.size': '4194304',
    // Compaction looks for work ten times a second instead of every 15 s: tests of compacted topics wait for it.
    'log.cleaner.backoff.ms': '100',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
    'allow.everyone.if.no.acl.found': 'true',
  };
  for (const listener of SASL_LISTENERS) {
    const prefix = `listener.name.${listener}`;
    const module = 'org.apache.kafka.common.security';
    properties[`${prefix}.plain.sasl.jaas.config`] =
      `${module}.plain.PlainLoginModule required user_${options.username}="${options.password}";`;
    for (const hash of ['256', '512']) {
      properties[`${prefix}.scram-sha-${hash}.sasl.jaas.config`] =
        `${module}.scram.ScramLoginModule required;`;
    }
  }
  Object.assign(properties, options.overrides);
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
