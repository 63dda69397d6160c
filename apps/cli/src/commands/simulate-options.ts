import { readFileSync } from 'node:fs';
import type { KafkaSenderOptions } from '../simulate/sender-kafka.js';
import { UsageError } from '../usage-error.js';

/** The options of `chargelog simulate` as commander hands them over. */
export interface SimulateFlags {
  readonly rate: number;
  readonly duration: number;
  readonly chargePoints: number;
  readonly duplicates: number;
  readonly reorder: number;
  readonly concurrency: number;
  readonly seed?: number;
  readonly tenant: string;
  readonly transport?: 'webhook' | 'kafka' | 'both';
  readonly url?: string;
  readonly source?: string;
  readonly credentials?: string;
  readonly secretFile?: string;
  readonly adminKeyFile?: string;
  readonly kafka?: string[];
  readonly topic?: string;
  readonly saslMechanism?: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly saslUsername?: string;
  readonly saslPasswordFile?: string;
  readonly tls?: boolean;
  readonly tlsCa?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** By which ways to send. Checked here because options that depend on each other are beyond commander. */
export function transportsOf(flags: SimulateFlags): { readonly webhook: boolean; readonly kafka: boolean } {
  const transport = flags.transport ?? (flags.kafka === undefined ? 'webhook' : 'both');
  if (transport !== 'webhook' && flags.kafka === undefined) {
    throw new UsageError(`--transport ${transport} needs --kafka host:port and --topic.`);
  }
  if (transport === 'webhook' && flags.kafka !== undefined) {
    throw new UsageError(
      '--kafka was given, but --transport webhook sends nothing there. Leave one of them out.',
    );
  }
  return { webhook: transport !== 'kafka', kafka: transport !== 'webhook' };
}

export function kafkaOptionsOf(flags: SimulateFlags): KafkaSenderOptions {
  if (flags.kafka === undefined || flags.topic === undefined) {
    throw new UsageError('--kafka needs --topic, the topic that the gateway reads.');
  }
  const sasl = saslOf(flags);
  const secure = flags.tls === true || flags.tlsCa !== undefined;
  return {
    brokers: flags.kafka,
    topic: flags.topic,
    ...(sasl !== undefined && { sasl }),
    ...(secure && { tls: flags.tlsCa === undefined ? {} : { ca: readText(flags.tlsCa, '--tls-ca') } }),
  };
}

function saslOf(flags: SimulateFlags): KafkaSenderOptions['sasl'] {
  const { saslMechanism, saslUsername, saslPasswordFile } = flags;
  const given = [saslMechanism, saslUsername, saslPasswordFile].filter((value) => value !== undefined).length;
  if (given === 0) return undefined;
  if (saslUsername === undefined || saslPasswordFile === undefined) {
    throw new UsageError('SASL needs --sasl-username and --sasl-password-file.');
  }
  const mechanisms = {
    PLAIN: 'plain',
    'SCRAM-SHA-256': 'scram-sha-256',
    'SCRAM-SHA-512': 'scram-sha-512',
  } as const;
  return {
    mechanism: mechanisms[saslMechanism ?? 'PLAIN'],
    username: saslUsername,
    password: readText(saslPasswordFile, '--sasl-password-file').trim(),
  };
}

function readText(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${option} ${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
