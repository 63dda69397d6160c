import { expect, it } from 'vitest';
import { AtMostEvery } from './at-most-every.js';

it('says yes once in the span, for each key apart', () => {
  let now = 0;
  const limit = new AtMostEvery(60_000, () => now);
  const answers = (): boolean[] => [limit.allows('a'), limit.allows('b'), limit.allows()];

  expect(answers()).toEqual([true, true, true]);
  now = 59_999;
  expect(answers()).toEqual([false, false, false]);
  now = 60_000;
  expect(answers()).toEqual([true, true, true]);
  // The span began anew with that yes.
  now = 100_000;
  expect(answers()).toEqual([false, false, false]);
});
