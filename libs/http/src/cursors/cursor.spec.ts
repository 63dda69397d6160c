import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  feedCursor,
  historyCursor,
  quarantineCursor,
  readFeedCursor,
  readHistoryCursor,
  readQuarantineCursor,
} from './cursor.js';

const EPOCH = 'c55f40c4-b42e-432c-8a86-ebbc31851769';
const ID = '01a20bcf-a366-812e-9b07-8d9b7b8d5639';
const context = { epoch: EPOCH, filter: [{ types: ['session.started'], related: { evse: 5n } }, 'desc'] };
const CHARACTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.!% \n\0ä');

function codeOf(read: () => unknown): unknown {
  try {
    return { read: read() };
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

describe('a cursor', () => {
  it('brings back the event id, the quarantine id or the position it was made of', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.jsonValue(), (id, epoch, filter) => {
        expect(readHistoryCursor(historyCursor(id, { epoch, filter }), { epoch, filter })).toBe(id);
        expect(readQuarantineCursor(quarantineCursor(id, { epoch, filter }), { epoch, filter })).toBe(id);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), fc.uuid(), (position, epoch) => {
        expect(readFeedCursor(feedCursor(position, epoch), epoch)).toBe(position);
      }),
    );
  });

  it('is refused with any character replaced, left out or added', () => {
    const cursor = historyCursor(ID, context);
    for (let index = 0; index < cursor.length; index++) {
      const damaged = [cursor.slice(0, index) + cursor.slice(index + 1)];
      for (const character of CHARACTERS) {
        if (character !== cursor[index]) {
          damaged.push(cursor.slice(0, index) + character + cursor.slice(index + 1));
        }
        damaged.push(cursor.slice(0, index) + character + cursor.slice(index));
      }
      for (const text of damaged) {
        expect([text, codeOf(() => readHistoryCursor(text, context))]).toEqual([text, 'invalid-cursor']);
      }
    }
  });

  it.each([
    '',
    '1.',
    '2.',
    ID,
    'end',
    'null',
    `${historyCursor(ID, context)}=`,
    ` ${historyCursor(ID, context)}`,
  ])('is refused when it is "%s"', (text) => {
    expect(codeOf(() => readHistoryCursor(text, context))).toBe('invalid-cursor');
  });

  it('keeps its spelling over releases: readers hold on to it', () => {
    expect(feedCursor(2n, EPOCH)).toBe('1.AsVfQMS0LkMsiobrvDGFF2kAAAAAAAAAAAAAAAAAAAACAAAAAAAAAAA52ff3');
  });

  it('belongs to one list', () => {
    const plain = { epoch: EPOCH, filter: undefined };
    const history = historyCursor(ID, plain);
    const quarantine = quarantineCursor(ID, plain);
    const feed = feedCursor(5n, EPOCH);
    for (const other of [quarantine, feed]) {
      expect(codeOf(() => readHistoryCursor(other, plain))).toBe('invalid-cursor');
    }
    for (const other of [history, feed]) {
      expect(codeOf(() => readQuarantineCursor(other, plain))).toBe('invalid-cursor');
    }
    for (const other of [history, quarantine]) {
      expect(codeOf(() => readFeedCursor(other, EPOCH))).toBe('invalid-cursor');
    }
  });

  it.each([
    ['another order', [context.filter[0], 'asc']],
    ['another id', [{ types: ['session.started'], related: { evse: 6n } }, 'desc']],
    ['a wider filter', [{ types: ['session.started'] }, 'desc']],
    ['no filter', undefined],
  ])('does not continue a list with %s', (_what, filter) => {
    const cursor = historyCursor(ID, context);
    expect(codeOf(() => readHistoryCursor(cursor, { epoch: EPOCH, filter }))).toBe('cursor-filter-mismatch');
  });

  it('of another epoch is a conflict, in every list', () => {
    const other = { ...context, epoch: randomUUID() };
    expect(codeOf(() => readHistoryCursor(historyCursor(ID, context), other))).toBe('epoch-changed');
    expect(codeOf(() => readQuarantineCursor(quarantineCursor(ID, context), other))).toBe('epoch-changed');
    expect(codeOf(() => readFeedCursor(feedCursor(5n, EPOCH), other.epoch))).toBe('epoch-changed');
  });
});
