// Identity scheme 1, frozen from the first release on: a change here changes event ids and then needs scheme 2
// (docs/identity.md).
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import type { ReadNotification } from '../../json/read-notification-body.js';
import { quote, toCanonicalBody } from './canonical-body.js';
import { mintEventId } from './event-id.js';
import { ownTime } from './own-time.js';

/** Stored with every event, and one of the hashed parts. */
export const SCHEME = 1;

export interface IdentifyInput {
  /** From the source's configuration, never from the delivery. */
  readonly tenant: string;
  readonly read: ReadNotification;
  /** The exact bytes that were read, byte order mark included. */
  readonly body: Buffer;
}

export interface Identity {
  /** SHA-256, 32 bytes, equal for equal content. */
  readonly contentHash: Buffer;
  /** Own time in ms since 1970 UTC, from 2015 to 2035; undefined for an undated body. */
  readonly occurredAt: number | undefined;
  /** 16 bytes; undefined for an undated body, whose id `mintEventId` makes from the arrival time. */
  readonly eventId: Buffer | undefined;
  /** Some object repeats a key. Then the exact bytes are hashed, not their canonical form. */
  readonly duplicateKeys: boolean;
}

/**
 * Identity scheme 1 (docs/identity.md): what makes two deliveries copies of one notification. Depends on the tenant
 * and the body alone, not on headers, clocks, host or release.
 */
export function identify(input: IdentifyInput): Identity {
  const { tenant, read, body } = input;
  const canonical = toCanonicalBody(read);
  const duplicateKeys = canonical.memberCount !== read.memberCount;
  // The parts before the content, in the order in which they are hashed.
  const head = [String(SCHEME), tenant, quote(read.notification)].map(toPart).join('');
  const contentHash = sha256(
    duplicateKeys
      ? Buffer.concat([Buffer.from(`${head}${body.length}:`), body])
      : head + toPart(canonical.text),
  );

  const occurredAt = ownTime(read.value);
  const eventId = occurredAt === undefined ? undefined : mintEventId(contentHash, occurredAt);
  return { contentHash, occurredAt, eventId, duplicateKeys };
}

/** A length in bytes before each part, so that no text of one part can pass for the start of the next. */
function toPart(text: string): string {
  return `${Buffer.byteLength(text)}:${text}`;
}

/** Asked for a Buffer, Node 20 spends as much on making it as on the hash of a usual body; a pooled one costs little. */
function sha256(data: string | Buffer): Buffer {
  return Buffer.from(hash('sha256', data, 'binary'), 'latin1');
}
