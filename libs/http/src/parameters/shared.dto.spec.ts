import { describe, expect, it } from 'vitest';
import { schemaOf } from '../openapi/request.js';
import { StatedReason } from './shared.dto.js';
import { validationPipe } from './validation.js';

const described = new RegExp(schemaOf(StatedReason).properties?.['reason']?.pattern ?? '', 'u');
const judge = (reason: unknown): Promise<unknown> =>
  validationPipe('body').transform({ reason }, { type: 'body', metatype: StatedReason }) as Promise<unknown>;

describe('the reason of a decision', () => {
  it.each(['x', ' came by webhook ', 'several\nlines', '🔌', 'é'.repeat(1_000)])(
    'may be %j',
    async (text) => {
      expect(await judge(text)).toEqual({ reason: text });
      expect(text).toMatch(described);
    },
  );

  it.each([
    ['nothing', ''],
    ['blanks', ' \n\t'],
    ['a NUL', 'a\0b'],
    ['half a surrogate pair', 'a\ud83d'],
  ])('is not %s, and the description says so', async (_what, text) => {
    await expect(judge(text)).rejects.toMatchObject({ code: 'invalid-body' });
    expect(text).not.toMatch(described);
  });

  it.each([[undefined], [null], [7], [['a']], ['a'.repeat(1_001)]])('is not %j', async (value) => {
    await expect(judge(value)).rejects.toMatchObject({ code: 'invalid-body' });
  });
});
