import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { createClientLogger } from './client.js';

const { ERROR, WARN } = kafkajs.logLevel;

function linesOf(namespace: string, level: kafkajs.logLevel, extra: Record<string, unknown> = {}) {
  const lines: unknown[][] = [];
  const write = createClientLogger((...line) => lines.push(line))(kafkajs.logLevel.INFO);
  write({ namespace, level, label: '', log: { timestamp: '', message: 'text', ...extra } });
  return lines;
}

describe('the log of the Kafka client', () => {
  it('passes known plain fields only, so that no credential can come along', () => {
    const extra = {
      topic: 't',
      partition: 3,
      sasl: { password: 'secret' },
      error: 'why',
      payload: 'secret',
      broker: {},
    };

    expect(linesOf('Consumer', ERROR, extra)).toEqual([
      ['debug', 'kafkajs: text', { topic: 't', partition: 3, error: 'why' }],
    ]);
  });

  it('is for those who look for a fault of the client: the source itself says what an operator has to know', () => {
    expect(linesOf('ConsumerGroup', ERROR)).toEqual([['debug', 'kafkajs: text', {}]]);
    expect(linesOf('ConsumerGroup', WARN)).toEqual([['debug', 'kafkajs: text', {}]]);
  });
});
