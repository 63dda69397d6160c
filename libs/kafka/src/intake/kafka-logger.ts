import kafkajs, { type logCreator } from 'kafkajs';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type IntakeLog = (level: LogLevel, message: string, fields: Record<string, unknown>) => void;

/** What may be copied from a line of the client: plain values under known names, so that no credential ever can. */
const FIELDS = [
  'groupId',
  'memberId',
  'topic',
  'partition',
  'offset',
  'broker',
  'error',
  'retryCount',
  'retryTime',
];

/** Parts of the client that report every single failed attempt to connect; the source says once what they add up to. */
const CHATTER = new Set(['Connection', 'BrokerPool']);

/** Hands the client's log to ours. What it calls an error is a warning here: the source decides what is one. */
export function createKafkaLogger(log: IntakeLog): logCreator {
  return () => (entry) => {
    const fields: Record<string, unknown> = {};
    for (const name of FIELDS) {
      const value: unknown = entry.log[name];
      if (typeof value === 'string' || typeof value === 'number') fields[name] = value;
    }
    const isError = entry.level === kafkajs.logLevel.ERROR && !CHATTER.has(entry.namespace);
    log(isError ? 'warn' : 'debug', `kafkajs: ${entry.log.message}`, fields);
  };
}
