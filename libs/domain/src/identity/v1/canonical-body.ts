// Identity scheme 1, frozen from the first release on: a change here changes event ids and then needs scheme 2
// (docs/identity.md).
import {
  NumberToken,
  parseKeepingNumbers,
  type TokenObject,
  type TokenValue,
} from '../../json/number-tokens.js';
import type { ReadNotification } from '../../json/read-notification-body.js';
import { toCanonicalNumber } from './canonical-number.js';
import { findShape } from './object-shape.js';

export interface CanonicalBody {
  /** RFC 8785, but for numbers that no double holds exactly ({@link toCanonicalNumber}). Well-formed UTF-16. */
  readonly text: string;
  /** Members that the tree holds; fewer than were written when a key is repeated. */
  readonly memberCount: number;
}

/** The text that two bodies of equal content share, whatever their key order, spacing and escaping. */
export function toCanonicalBody(read: ReadNotification): CanonicalBody {
  const writer = new CanonicalWriter();
  const text = writer.write(read.exactNumbers ? parseKeepingNumbers(read.text) : (read.value as TokenValue));
  return { text, memberCount: writer.memberCount };
}

/** Recurses as deep as the reader let the body nest. */
class CanonicalWriter {
  memberCount = 0;

  write(value: TokenValue): string {
    switch (typeof value) {
      case 'string':
        return quote(value);
      case 'number':
        return String(value); // ECMAScript's shortest form; −0 gives 0
      case 'boolean':
        return value ? 'true' : 'false';
      default:
        if (value === null) return 'null';
        if (Array.isArray(value)) return this.writeArray(value);
        if (value instanceof NumberToken) return toCanonicalNumber(value.text);
        return this.writeObject(value);
    }
  }

  private writeArray(array: readonly TokenValue[]): string {
    let text = '[';
    let separator = '';
    for (const element of array) {
      text += separator + this.write(element);
      separator = ',';
    }
    return `${text}]`;
  }

  private writeObject(object: TokenObject): string {
    const { names, prefixes } = findShape(Object.keys(object));
    this.memberCount += names.length;
    let text = '{';
    for (let index = 0; index < names.length; index++) {
      text += prefixes[index]! + this.write(object[names[index]!]!);
    }
    return `${text}}`;
  }
}

/**
 * Anything but the characters that stand for themselves between quotes (RFC 8785 §3.2.2.2). Surrogates are among the
 * others because one may be alone, and JSON.stringify then writes it as \udxxx.
 */
const NOT_PLAIN = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

export function quote(text: string): string {
  return NOT_PLAIN.test(text) ? JSON.stringify(text) : `"${text}"`;
}
