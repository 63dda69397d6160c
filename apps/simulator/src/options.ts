import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { parseDuration } from '@chargelog/config';
import { UsageError } from '@chargelog/local-gateway';
import type { KafkaSenderOptions } from './deliveries/kafka-sender.js';

/** The options as commander hands them over, each checked by itself. */
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

/** By which ways to send. Commander checks options one by one; these depend on each other. */
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

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('It must be a number above 0.');
  }
  return value;
}

/** A parser of whole numbers in a range, both ends included. */
export function wholeNumber(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= from && value <= to)) {
      throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
    }
    return value;
  };
}

/** Percent to a share of one. */
export function percent(text: string): number {
  const value = /^\d+(\.\d+)?%?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  if (!(value >= 0 && value <= 100)) throw new InvalidArgumentError('It must be a percentage from 0 to 100.');
  return value / 100;
}

/** Milliseconds. */
export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms === 0) {
    throw new InvalidArgumentError('It must be a whole number and a unit, like 500ms, 30s, 5m or 1h.');
  }
  return ms;
}

export function brokerList(text: string): string[] {
  const brokers = text.split(',').map((broker) => broker.trim());
  if (!brokers.every((broker) => /^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/.test(broker))) {
    throw new InvalidArgumentError('It must be host:port, several separated by commas.');
  }
  return brokers;
}
