import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fetchJars, findJava, holdsKafka, jarCacheFolder, KAFKA_VERSION } from './kafka-jars.js';

const run = promisify(execFile);

/** What a broker can be started from. */
export type KafkaOrigin =
  | { readonly kind: 'external'; readonly brokers: string }
  | { readonly kind: 'java'; readonly java: string; readonly jars: string }
  | { readonly kind: 'docker'; readonly image: string };

export type KafkaAvailability =
  | { readonly available: true; readonly origin: KafkaOrigin; readonly how: string }
  | { readonly available: false; readonly reason: string };

const WAYS = [
  'set KAFKA_BROKERS to a running broker (host:port)',
  `install Java 17 or newer and Maven (the jars of Kafka ${KAFKA_VERSION} are then fetched once), or point KAFKA_LIBS at a folder with them`,
  'start a Docker engine',
].join('; or ');

/**
 * Finds the broker the suites run against: KAFKA_BROKERS, then Java with the jars in KAFKA_LIBS or the cache folder,
 * then Maven to fetch them (once per machine), then Docker.
 *
 * @throws when there is none and REQUIRE_KAFKA=1: a build that must prove the Kafka part may not skip it.
 */
export async function findKafka(env: NodeJS.ProcessEnv = process.env): Promise<KafkaAvailability> {
  const missing: string[] = [];
  const origin = externalBroker(env) ?? (await javaNode(env, missing)) ?? (await dockerNode(missing));
  if (origin !== undefined) return { available: true, origin, how: describe(origin) };
  const reason = `no Kafka broker: ${missing.join(', ')}. Ways to get one: ${WAYS}.`;
  if (env['REQUIRE_KAFKA'] === '1') throw new Error(`REQUIRE_KAFKA=1, but ${reason}`);
  return { available: false, reason };
}

function externalBroker(env: NodeJS.ProcessEnv): KafkaOrigin | undefined {
  const brokers = env['KAFKA_BROKERS'];
  return brokers === undefined || brokers === '' ? undefined : { kind: 'external', brokers };
}

async function javaNode(env: NodeJS.ProcessEnv, missing: string[]): Promise<KafkaOrigin | undefined> {
  const java = await findJava(env);
  if (java === undefined || java.major < 17) {
    missing.push(java === undefined ? 'Java is not installed' : `Java ${java.major} is older than 17`);
    return undefined;
  }
  const jars = env['KAFKA_LIBS'] ?? jarCacheFolder(env);
  if (!(await holdsKafka(jars))) {
    if (env['KAFKA_LIBS'] !== undefined) {
      missing.push(`KAFKA_LIBS=${jars} holds no kafka_2.13 jar`);
      return undefined;
    }
    try {
      await fetchJars(jars, env);
    } catch (error) {
      missing.push(`the jars could not be fetched with Maven (${firstLine(error)})`);
      return undefined;
    }
  }
  return { kind: 'java', java: java.command, jars };
}

async function dockerNode(missing: string[]): Promise<KafkaOrigin | undefined> {
  try {
    await run('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: 10_000 });
    return { kind: 'docker', image: `apache/kafka:${KAFKA_VERSION}` };
  } catch {
    missing.push('no Docker engine answers');
    return undefined;
  }
}

function describe(origin: KafkaOrigin): string {
  if (origin.kind === 'external') return `the broker at KAFKA_BROKERS=${origin.brokers}`;
  if (origin.kind === 'java') return `Kafka started with ${origin.java} from ${origin.jars}`;
  return `a container of ${origin.image}`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
