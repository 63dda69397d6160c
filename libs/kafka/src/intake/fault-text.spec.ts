import { createRequire } from 'node:module';
import { GatewayError } from '@chargelog/domain';
import { describe, expect, it } from 'vitest';
import { codeText, errorText } from './fault-text.js';

const require = createRequire(import.meta.url);
const errors = require('kafkajs/src/errors') as Record<
  string,
  new (error: unknown, fields?: unknown) => Error
>;
const { createErrorFromCode, errorCodes } = require('kafkajs/src/protocol/error') as {
  createErrorFromCode: (code: number) => Error;
  errorCodes: readonly { readonly code: number; readonly message: string }[];
};
const make = (name: string, error: unknown, fields?: unknown): Error => {
  const Made = errors[name];
  if (Made === undefined) throw new Error(`kafkajs has no ${name}`);
  return new Made(error, fields);
};

describe('what is told of an error', () => {
  it.each(errorCodes.map(({ code, message }) => [code, message] as const))(
    'of the Kafka protocol, code %i: never the text of the library',
    (code, message) => {
      const error = createErrorFromCode(code);
      expect(errorText(error)).not.toContain(message);
      expect(errorText(make('KafkaJSNumberOfRetriesExceeded', error, { retryCount: 3 }))).toBe(
        errorText(error),
      );
      expect(codeText(code)).not.toContain(message);
    },
  );

  it('of a connection: which broker, what is wrong and what to do', () => {
    const refused = make('KafkaJSConnectionError', 'Connection error: connect ECONNREFUSED 10.0.0.3:9092', {
      broker: 'kafka1:9092',
      code: 'ECONNREFUSED',
    });
    const expected =
      'broker kafka1:9092 cannot be reached: nobody listens there: start the broker, or correct host and port (ECONNREFUSED)';
    expect(errorText(refused)).toBe(expected);
    expect(errorText(make('KafkaJSNumberOfRetriesExceeded', refused, {}))).toBe(expected);
    expect(errorText(make('KafkaJSConnectionError', 'Connection timeout', { broker: 'k:1' }))).toBe(
      'broker k:1 cannot be reached: it does not answer: look at routes and firewalls',
    );
    expect(errorText(make('KafkaJSConnectionClosedError', 'Closed connection', { host: 'k', port: 1 }))).toBe(
      'broker k:1 closed the connection: compare `securityProtocol` with its listener, and look at its log',
    );
  });

  it('that the client has given up on for want of an answer: the reason it was given', () => {
    const error = make('KafkaJSGroupCoordinatorNotFound', 'Failed to find group coordinator');
    expect(errorText(error)).toMatch(/^no broker coordinates the consumer group/);
    error.cause = createErrorFromCode(30);
    expect(errorText(error)).toBe('this user may not use the consumer group: allow READ on the group');
  });

  it('that nobody has foreseen: quoted, and said to be that', () => {
    expect(errorText(make('KafkaJSInvariantViolation', 'odd'))).toMatch(
      /^the Kafka client reports a fault that has no explanation here: Invariant violated: odd/,
    );
    expect(errorText(new TypeError('x is not a function'))).toMatch(/^the Kafka client reports a fault/);
    expect(errorText('text')).toBe('unexpected fault: text');
  });

  it('of the event log: what is the matter with it, without the words of its library', () => {
    const locked = new GatewayError('store-away', 'The event store cannot be reached.', {
      cause: Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' }),
    });
    expect(errorText(locked)).toBe('another session holds a lock on what is to be written');
    expect(errorText(new GatewayError('store-away', 'x', { cause: new Error('y') }))).toBe(
      'Postgres does not take them; the log says why',
    );
  });
});
