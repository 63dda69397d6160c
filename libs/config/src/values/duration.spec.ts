import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration.js';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['10m', 600_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
    ['0s', 0],
    ['007m', 420_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    '10',
    'm',
    '1.5h',
    '-1h',
    '1h30m',
    '10 m',
    ' 10m',
    '10m\n',
    '10M',
    '1w',
    '1e3s',
    '999999999999999d',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('formatDuration', () => {
  it.each(['0ms', '1ms', '999ms', '1s', '90s', '10m', '25h', '7d'])('gives back %s', (text) => {
    expect(formatDuration(parseDuration(text) ?? -1)).toBe(text);
  });

  it('uses the largest unit that fits exactly', () => {
    expect(formatDuration(3_600_000)).toBe('1h');
    expect(formatDuration(3_600_001)).toBe('3600001ms');
  });
});
