import { createHash } from 'node:crypto';
import { formatUuid, GatewayError, parseUuid } from '@chargelog/domain';

const VERSION = '1.';
// Checked before decoding: Node's decoder skips what is not base64url and takes `+/` for `-_`, so a damaged cursor could pass.
const SHAPE = /^1\.[A-Za-z0-9_-]{60}$/;
const KIND = { history: 1, feed: 2, quarantine: 3, arrivals: 4 } as const;
type CursorKind = keyof typeof KIND;

// kind (1), epoch (16), event id or position (16), filter hash (8), checksum (4)
const PAYLOAD_BYTES = 41;
const CHECKSUM_BYTES = 4;

interface Cursor {
  readonly epoch: string;
  readonly value: Buffer;
  readonly filterHash: Buffer;
}

export interface CursorContext {
  readonly epoch: string;
  /** What the list was narrowed by; a cursor continues only the list it came from. */
  readonly filter: unknown;
}

/** Opaque, versioned, equal on all instances. Not signed: it grants nothing, it only says where to go on. */
export function historyCursor(eventId: string, context: CursorContext): string {
  return encode('history', context, parseUuid(eventId) ?? Buffer.alloc(16));
}

export function readHistoryCursor(text: string, context: CursorContext): string {
  return formatUuid(decode('history', text, context).value);
}

export function quarantineCursor(id: string, context: CursorContext): string {
  return encode('quarantine', context, parseUuid(id) ?? Buffer.alloc(16));
}

export function readQuarantineCursor(text: string, context: CursorContext): string {
  return formatUuid(decode('quarantine', text, context).value);
}

/** Of history by arrival, which goes on behind a position. */
export function arrivalsCursor(position: bigint, context: CursorContext): string {
  return encode('arrivals', context, positionBytes(position));
}

export function readArrivalsCursor(text: string, context: CursorContext): bigint {
  return decode('arrivals', text, context).value.readBigInt64BE(8);
}

/** A feed position is the same for every filter, so a reader may narrow or widen its filter and go on. */
export function feedCursor(position: bigint, epoch: string): string {
  return encode('feed', { epoch, filter: undefined }, positionBytes(position));
}

export function readFeedCursor(text: string, epoch: string): bigint {
  return decode('feed', text, { epoch, filter: undefined }).value.readBigInt64BE(8);
}

function positionBytes(position: bigint): Buffer {
  const value = Buffer.alloc(16);
  value.writeBigInt64BE(position, 8);
  return value;
}

function encode(kind: CursorKind, context: CursorContext, value: Buffer): string {
  const payload = Buffer.concat([
    Buffer.from([KIND[kind]]),
    parseUuid(context.epoch) ?? Buffer.alloc(16),
    value,
    hashFilter(context.filter),
  ]);
  return VERSION + Buffer.concat([payload, checksum(payload)]).toString('base64url');
}

function decode(kind: CursorKind, text: string, context: CursorContext): Cursor {
  const bytes = SHAPE.test(text) ? Buffer.from(text.slice(VERSION.length), 'base64url') : Buffer.alloc(0);
  const payload = bytes.subarray(0, PAYLOAD_BYTES);
  if (
    bytes.length !== PAYLOAD_BYTES + CHECKSUM_BYTES ||
    !checksum(payload).equals(bytes.subarray(PAYLOAD_BYTES))
  ) {
    throw invalid('The cursor is damaged or was not made by this gateway. Copy it whole from `next`.');
  }
  if (payload[0] !== KIND[kind]) throw invalid(`The cursor belongs to another list, not to the ${kind}.`);
  const cursor = {
    epoch: formatUuid(payload.subarray(1, 17)),
    value: payload.subarray(17, 33),
    filterHash: payload.subarray(33, 41),
  };
  if (cursor.epoch !== context.epoch) {
    throw new GatewayError(
      'epoch-changed',
      'The log was restored since this cursor was made, so positions may have been given out again. Start from a point in time you trust.',
    );
  }
  if (!cursor.filterHash.equals(hashFilter(context.filter))) {
    throw new GatewayError(
      'cursor-filter-mismatch',
      'The cursor was made with other parameters. Repeat the parameters of the first page, or start again without a cursor.',
    );
  }
  return cursor;
}

function invalid(detail: string): GatewayError {
  return new GatewayError('invalid-cursor', detail, {
    errors: [{ in: 'query', name: 'after', reason: detail }],
  });
}

function checksum(payload: Buffer): Buffer {
  return createHash('sha256').update(payload).digest().subarray(0, CHECKSUM_BYTES);
}

function hashFilter(filter: unknown): Buffer {
  if (filter === undefined) return Buffer.alloc(8);
  const text = JSON.stringify(filter, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return createHash('sha256').update(text).digest().subarray(0, 8);
}
