import { join } from 'node:path';
import type { KafkaOrigin } from './find-kafka.js';

/** Turns a main class of Kafka into a command line, on this machine's Java or in a container. */
export interface KafkaRuntime {
  /** What the listeners bind to: loopback here; every address inside a container, published on loopback alone. */
  readonly bindHost: string;
  command(
    mainClass: string,
    args: readonly string[],
  ): { command: string; args: readonly string[]; kill: readonly string[] | undefined };
}

interface RuntimeOptions {
  /** The node's folder, mounted at the same path in a container. */
  readonly dir: string;
  readonly heapMb: number;
  /** Ports of the listeners that clients reach. */
  readonly ports: readonly number[];
}

export function kafkaRuntime(
  origin: Exclude<KafkaOrigin, { kind: 'external' }>,
  options: RuntimeOptions,
): KafkaRuntime {
  // A test broker lives for seconds: the serial collector and the first compiler start fastest. Benchmarks take Java's
  // own choice.
  const quick = options.heapMb < 1_024 ? ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'] : [];
  const jvm = (jars: string, mainClass: string, args: readonly string[]) => [
    `-Xms${Math.min(options.heapMb, 128)}m`,
    `-Xmx${options.heapMb}m`,
    ...quick,
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-cp',
    // The star is for Java, which expands it itself.
    join(jars, '*'),
    mainClass,
    ...args,
  ];
  if (origin.kind === 'java') {
    return {
      bindHost: '127.0.0.1',
      command: (mainClass, args) => ({
        command: origin.java,
        args: jvm(origin.jars, mainClass, args),
        kill: undefined,
      }),
    };
  }
  return {
    bindHost: '0.0.0.0',
    command: (mainClass, args) => {
      const name = `chargelog-kafka-${process.pid}-${Math.random().toString(36).slice(2, 10)}`;
      const user =
        process.getuid === undefined ? [] : ['--user', `${process.getuid()}:${process.getgid?.()}`];
      const publish =
        mainClass === 'kafka.Kafka'
          ? options.ports.flatMap((port) => ['-p', `127.0.0.1:${port}:${port}`])
          : [];
      const run = ['run', '--rm', '--name', name, ...user, ...publish, '-v', `${options.dir}:${options.dir}`];
      return {
        command: 'docker',
        args: [...run, '--entrypoint', 'java', origin.image, ...jvm('/opt/kafka/libs', mainClass, args)],
        kill: ['docker', 'kill', name],
      };
    },
  };
}
