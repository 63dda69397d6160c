import { describe, expect, it } from 'vitest';
import { quarantineWarning } from './quarantine-warning.js';

describe('quarantineWarning', () => {
  it('does not leave the log silent, nor fill it: once a minute and source', () => {
    const said: unknown[] = [];
    let now = 5_000;
    const warn = quarantineWarning(
      (level, message, fields) => said.push([level, message, fields?.['source'], now]),
      () => now,
    );
    const message = 'deliveries go to quarantine';

    for (; now < 65_000; now += 10_000) warn('ampeco');
    warn('second');
    warn('ampeco');

    expect(said).toEqual([
      ['warn', message, 'ampeco', 5_000],
      ['warn', message, 'second', 65_000],
      ['warn', message, 'ampeco', 65_000],
    ]);
  });
});
