import { createHash } from 'node:crypto';

/** 18 digits always fit a bigint column, 19 do not. */
const DECIMAL = /^[0-9]{1,18}$/;

/**
 * The value of an id in its column of `event`. AMPECO documents whole numbers, which stand there as they are. Any other
 * text, and a number of more than 18 digits, is a negative number made of its SHA-256, so that events are found by it
 * through the same index; the text itself is in the body.
 */
export function relatedColumn(id: string): bigint {
  if (DECIMAL.test(id)) return BigInt(id);
  // Of 64 bits the first is set: -2^63 to -1.
  return createHash('sha256').update(id).digest().readBigInt64BE(0) | NEGATIVE;
}
const NEGATIVE = -(2n ** 63n);

/** Whether a column holds an id that has to be looked up in the body. */
export function isHashedColumn(column: string): boolean {
  return column.startsWith('-');
}
