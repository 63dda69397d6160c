import { describe, expect, it } from 'vitest';
import { QuarantineNotice } from './quarantine-notice.js';

describe('QuarantineNotice', () => {
  it('does not leave the log silent, nor fill it: once a minute and source', () => {
    const said: unknown[] = [];
    let now = 5_000;
    const notice = new QuarantineNotice(
      (level, message, fields) => said.push([level, message, fields?.['source'], now]),
      () => now,
    );
    const message = 'deliveries go to quarantine';

    for (; now < 65_000; now += 10_000) notice.say('ampeco');
    notice.say('second');
    notice.say('ampeco');

    expect(said).toEqual([
      ['warn', message, 'ampeco', 5_000],
      ['warn', message, 'second', 65_000],
      ['warn', message, 'ampeco', 65_000],
    ]);
  });
});
