/**
 * Postgres arrays in the binary wire format. `pg` sends a Buffer parameter as binary, so one prepared statement takes a
 * batch of any size without quoting, hex or text parsing on either side (about 4 µs per event less in Node and 7 µs less
 * in Postgres than arrays as text).
 *
 * Layout: int32 dimensions, int32 has-null flag, int32 element oid, then int32 length and int32 lower bound, then per
 * element an int32 byte length (-1 for null) and its bytes.
 */

const OID = { bytea: 17, int8: 20, int2: 21, int4: 23, text: 25, timestamptz: 1184, uuid: 2950 } as const;
const HEADER_BYTES = 20;
const MS_1970_TO_2000 = 946_684_800_000;

function emptyArray(oid: number): Buffer {
  const buffer = Buffer.alloc(12);
  buffer.writeInt32BE(oid, 8);
  return buffer;
}

function writeHeader(buffer: Buffer, oid: number, length: number): void {
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(1, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(length, 12);
  buffer.writeInt32BE(1, 16);
}

type Write<T> = (buffer: Buffer, value: T, at: number) => void;

/** An array whose elements all have `size` bytes. All null or empty gives an empty array: `unnest` pads it with nulls. */
function fixedWidth<T, V>(
  oid: number,
  size: number,
  rows: readonly T[],
  pick: (row: T) => V | undefined,
  write: Write<V>,
): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + rows.length * (4 + size));
  let at = HEADER_BYTES;
  let present = false;
  for (const row of rows) {
    const value = pick(row);
    if (value === undefined) {
      buffer.writeInt32BE(-1, at);
      at += 4;
      continue;
    }
    present = true;
    buffer.writeInt32BE(size, at);
    write(buffer, value, at + 4);
    at += 4 + size;
  }
  if (!present) return emptyArray(oid);
  writeHeader(buffer, oid, rows.length);
  return buffer.subarray(0, at);
}

export function int2Array<T>(rows: readonly T[], pick: (row: T) => number | undefined): Buffer {
  return fixedWidth(OID.int2, 2, rows, pick, (buffer, value, at) => buffer.writeInt16BE(value, at));
}

export function int4Array<T>(rows: readonly T[], pick: (row: T) => number | undefined): Buffer {
  return fixedWidth(OID.int4, 4, rows, pick, (buffer, value, at) => buffer.writeInt32BE(value, at));
}

export function int8Array<T>(rows: readonly T[], pick: (row: T) => bigint | undefined): Buffer {
  return fixedWidth(OID.int8, 8, rows, pick, (buffer, value, at) => buffer.writeBigInt64BE(value, at));
}

/** From ms since 1970 UTC; Postgres counts microseconds since 2000. */
export function timestamptzArray<T>(rows: readonly T[], pick: (row: T) => number): Buffer {
  return fixedWidth(OID.timestamptz, 8, rows, pick, (buffer, value, at) =>
    buffer.writeBigInt64BE(BigInt(Math.round(value) - MS_1970_TO_2000) * 1000n, at),
  );
}

export function uuidArray<T>(rows: readonly T[], pick: (row: T) => Buffer | undefined): Buffer {
  return fixedWidth(OID.uuid, 16, rows, pick, (buffer, value, at) => value.copy(buffer, at, 0, 16));
}

export function byteaArray<T>(rows: readonly T[], pick: (row: T) => Buffer): Buffer {
  let size = HEADER_BYTES;
  for (const row of rows) size += 4 + pick(row).length;
  const buffer = Buffer.allocUnsafe(size);
  if (rows.length === 0) return emptyArray(OID.bytea);
  writeHeader(buffer, OID.bytea, rows.length);
  let at = HEADER_BYTES;
  for (const row of rows) {
    const value = pick(row);
    buffer.writeInt32BE(value.length, at);
    value.copy(buffer, at + 4);
    at += 4 + value.length;
  }
  return buffer;
}

export function textArray<T>(rows: readonly T[], pick: (row: T) => string | undefined): Buffer {
  const values: (string | undefined)[] = [];
  let size = HEADER_BYTES;
  let present = false;
  for (const row of rows) {
    const value = pick(row);
    values.push(value);
    // Three bytes per UTF-16 unit is the most UTF-8 ever needs; what is not used is cut off below.
    size += 4 + (value === undefined ? 0 : value.length * 3);
    present ||= value !== undefined;
  }
  if (!present) return emptyArray(OID.text);
  const buffer = Buffer.allocUnsafe(size);
  writeHeader(buffer, OID.text, rows.length);
  let at = HEADER_BYTES;
  for (const value of values) {
    if (value === undefined) {
      buffer.writeInt32BE(-1, at);
      at += 4;
      continue;
    }
    const written = buffer.write(value, at + 4, 'utf8');
    buffer.writeInt32BE(written, at);
    at += 4 + written;
  }
  return buffer.subarray(0, at);
}
