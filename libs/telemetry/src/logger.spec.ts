import { describe, expect, it } from 'vitest';
import { serializeError } from './logger.js';

const PERSONAL = 'Ann Example, +359 88 000 000';

function databaseError(message: string, code: string): Error {
  return Object.assign(new Error(message), {
    code,
    constraint: 'event_pkey',
    detail: `Failing row contains (1, ${PERSONAL}).`,
    where: `COPY event, line 1: "${PERSONAL}"`,
    hint: PERSONAL,
    parameters: [PERSONAL],
  });
}

describe('a logged error', () => {
  it('says what happened and where, and keeps the chain of causes', () => {
    const cause = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' });
    expect(serializeError(new TypeError('batch not stored', { cause }))).toEqual({
      type: 'TypeError',
      message: 'batch not stored',
      stack: expect.stringContaining('logger.spec.ts') as string,
      code: undefined,
      constraint: undefined,
      cause: expect.objectContaining({ message: 'connect refused', code: 'ECONNREFUSED' }) as object,
    });
  });

  it('holds no data of the row, neither its own nor that of a cause', () => {
    const refused = databaseError(
      `invalid input syntax for type bigint: "${PERSONAL} "quoted" $& "`,
      '22P02',
    );
    const logged = JSON.stringify(serializeError(new Error('batch not stored', { cause: refused })));
    expect(logged).not.toContain('Ann');
    expect(logged).not.toContain('quoted');
    expect(logged).toContain('invalid input syntax for type bigint');
    expect(logged).toContain('22P02');
    expect(logged).toContain('event_pkey');
  });

  it('keeps the names in the message of a mistake of ours', () => {
    const error = databaseError('column "occured_at" does not exist', '42703');
    expect(serializeError(error)).toMatchObject({ message: 'column "occured_at" does not exist' });
  });

  it('shows nothing of what is thrown without being an error', () => {
    expect(serializeError({ secret: 'hunter2' })).toBe('thrown: object');
    expect(serializeError(Object.create(null))).toBe('thrown: object');
    expect(serializeError('the disk is full')).toBe('the disk is full');
  });

  it('ends where a chain of causes leads back to itself', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(serializeError(error)).match(/"message":"round"/g)).toHaveLength(6);
  });
});
