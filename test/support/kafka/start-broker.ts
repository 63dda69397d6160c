import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokerProperties } from './broker-properties.js';
import { createCertificates } from './certificates.js';
import { findKafka, type KafkaOrigin } from './find-kafka.js';
import { freePorts } from './free-ports.js';
import { startGuarded, type GuardedProcess } from './guarded-process.js';
import { kafkaRuntime, type KafkaRuntime } from './kafka-runtime.js';
import { waitUntilReady } from './wait-until-ready.js';

export interface BrokerOptions {
  /** Properties of the node that win over the harness's own. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Java heap in MiB. 384 is enough for tests; benchmarks take Kafka's own default of 1024. */
  readonly heapMb?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Makes it broker 2 of this one's cluster, in place of a cluster of its own. */
  readonly joining?: Pick<BrokerFacts, 'cluster'>;
}

/** How a broker is reached. Plain data, so that one process can tell another. */
export interface BrokerFacts {
  /** One line for people: what was taken. */
  readonly how: string;
  /** `host:port` by listener; empty where there is none. `ssl` demands a client certificate. */
  readonly brokers: Readonly<Record<'plaintext' | 'saslPlaintext' | 'ssl' | 'saslSsl', string>>;
  /** Known to PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512. */
  readonly username: string;
  readonly password: string;
  /** PEM, as are the client's certificate and key. */
  readonly ca: string;
  readonly clientCert: string;
  readonly clientKey: string;
  /** Folder of the node's logs, one folder below it for each partition; empty for KAFKA_BROKERS. */
  readonly dataDir: string;
  /** How another node joins its cluster; undefined for KAFKA_BROKERS. */
  readonly cluster: { readonly id: string; readonly controllerPort: number } | undefined;
}

export interface TestBroker extends BrokerFacts {
  /** False for KAFKA_BROKERS, of which only `plaintext` is known, and for the broker that test files share. */
  readonly owned: boolean;
  /** Process id of the node, undefined for one that is not owned or not running. */
  readonly pid: number | undefined;
  /** Ends the node as a power cut would: SIGKILL. Rejects for one that is not owned. */
  kill(): Promise<void>;
  /** Starts a killed node again: same ports, same data. */
  restart(): Promise<void>;
  /** Stops the node (SIGTERM, after 10 s SIGKILL) and removes its data. Does nothing to one that is not owned. */
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

/**
 * A real Kafka broker of its own for the caller, or the one at KAFKA_BROKERS.
 *
 * @throws when there is none to be had (the reason names the ways to get one) or when it does not become ready.
 */
export async function startBroker(options: BrokerOptions = {}): Promise<TestBroker> {
  const env = options.env ?? process.env;
  const found = await findKafka(env);
  if (!found.available) throw new Error(found.reason);
  if (found.origin.kind === 'external') {
    const none = { username: '', password: '', ca: '', clientCert: '', clientKey: '', dataDir: '' };
    const cluster = undefined;
    const brokers = { plaintext: found.origin.brokers, saslPlaintext: '', ssl: '', saslSsl: '' };
    return notOwned({ ...none, cluster, how: found.how, brokers });
  }
  const setup = await prepareNode(found.origin, options);
  const node = new BrokerNode(setup);
  await node.start();
  return {
    ...setup.facts,
    how: found.how,
    owned: true,
    get pid() {
      return node.pid;
    },
    kill: () => node.kill(),
    restart: () => node.restart(),
    stop: () => node.stop(),
  };
}

/** A broker that somebody else has started, and stops. */
export function notOwned(facts: BrokerFacts): TestBroker {
  const refuse = () => Promise.reject(new Error(`${facts.how} is not ours to kill or restart`));
  return {
    ...facts,
    owned: false,
    pid: undefined,
    kill: refuse,
    restart: refuse,
    stop: () => Promise.resolve(),
  };
}

interface NodeSetup {
  readonly dir: string;
  readonly runtime: KafkaRuntime;
  readonly clusterId: string;
  readonly facts: Omit<BrokerFacts, 'how'>;
}

/** Writes everything a node needs into a fresh folder. */
async function prepareNode(
  origin: Exclude<KafkaOrigin, { kind: 'external' }>,
  options: BrokerOptions,
): Promise<NodeSetup> {
  const dir = await mkdtemp(join(tmpdir(), 'chargelog-kafka-'));
  const [plaintext = 0, saslPlaintext = 0, ssl = 0, saslSsl = 0, ownController = 0] = await freePorts(5);
  const joined = options.joining?.cluster;
  const clusterId = joined?.id ?? newClusterId();
  const controller = joined?.controllerPort ?? ownController;
  const runtime = kafkaRuntime(origin, {
    dir,
    heapMb: options.heapMb ?? 384,
    ports: [plaintext, saslPlaintext, ssl, saslSsl],
  });
  const certificates = createCertificates();
  const username = 'gateway';
  const password = randomBytes(12).toString('hex');
  await writeFile(join(dir, 'server.pem'), certificates.serverKey + certificates.serverCert, { mode: 0o600 });
  await writeFile(join(dir, 'ca.pem'), certificates.ca);
  await writeFile(
    join(dir, 'server.properties'),
    brokerProperties({
      ports: { plaintext, saslPlaintext, ssl, saslSsl, controller },
      bindHost: runtime.bindHost,
      dataDir: join(dir, 'data'),
      keystore: join(dir, 'server.pem'),
      truststore: join(dir, 'ca.pem'),
      username,
      password,
      isSecond: joined !== undefined,
      overrides: options.properties ?? {},
    }),
  );
  const at = (port: number) => `127.0.0.1:${port}`;
  return {
    dir,
    runtime,
    clusterId,
    facts: {
      cluster: { id: clusterId, controllerPort: controller },
      brokers: {
        plaintext: at(plaintext),
        saslPlaintext: at(saslPlaintext),
        ssl: at(ssl),
        saslSsl: at(saslSsl),
      },
      username,
      password,
      ca: certificates.ca,
      clientCert: certificates.clientCert,
      clientKey: certificates.clientKey,
      dataDir: join(dir, 'data'),
    },
  };
}

class BrokerNode {
  private node: GuardedProcess | undefined;

  constructor(private readonly setup: NodeSetup) {}

  get pid(): number | undefined {
    return this.node === undefined || this.node.exited ? undefined : this.node.pid;
  }

  async start(): Promise<void> {
    try {
      await this.format();
      await this.restart();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async restart(): Promise<void> {
    if (this.pid !== undefined)
      throw new Error('the broker is running; kill it before it can be started again');
    const config = join(this.setup.dir, 'server.properties');
    const node = await this.run('kafka.Kafka', [config]);
    this.node = node;
    await waitUntilReady(this.setup.facts.brokers.plaintext, READY_TIMEOUT_MS, async () =>
      node.exited ? `the broker ended while starting:\n${await this.logTail()}` : undefined,
    );
  }

  async kill(): Promise<void> {
    await this.node?.end('SIGKILL', STOP_TIMEOUT_MS);
  }

  async stop(): Promise<void> {
    if (this.node !== undefined && !(await this.node.end('SIGTERM', STOP_TIMEOUT_MS))) await this.kill();
    await rm(this.setup.dir, { recursive: true, force: true });
  }

  /** Creates the metadata log, with the SCRAM users in it: they must exist before the first connection. */
  private async format(): Promise<void> {
    const { username, password } = this.setup.facts;
    const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${username},password=${password}]`,
    ]);
    const config = join(this.setup.dir, 'server.properties');
    const args = ['format', '--cluster-id', this.setup.clusterId, '--config', config, '--ignore-formatted'];
    const tool = await this.run('kafka.tools.StorageTool', [...args, ...scram]);
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (!tool.exited && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    const formatted = await readFile(join(this.setup.dir, 'data', 'meta.properties')).catch(() => undefined);
    if (formatted === undefined) {
      await tool.end('SIGKILL', STOP_TIMEOUT_MS);
      throw new Error(`the broker's data could not be formatted:\n${await this.logTail()}`);
    }
  }

  private run(mainClass: string, args: readonly string[]): Promise<GuardedProcess> {
    const { dir, runtime } = this.setup;
    return startGuarded({ ...runtime.command(mainClass, args), log: join(dir, 'broker.log'), dir });
  }

  private async logTail(): Promise<string> {
    const log = await readFile(join(this.setup.dir, 'broker.log'), 'utf8').catch(() => '(no log)');
    return log.split('\n').slice(-15).join('\n');
  }
}

/** 16 bytes in base64url. The first byte is fixed: an id that began with `-` would be read as an option of the tool. */
function newClusterId(): string {
  return Buffer.concat([Buffer.of(0x63), randomBytes(15)]).toString('base64url');
}
