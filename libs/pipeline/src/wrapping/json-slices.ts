import { isUtf8 } from 'node:buffer';
import { MAX_DEPTH, MAX_MEMBERS, scanJson, type JsonObject, type JsonValue } from '@chargelog/domain';

/** JSON that was parsed within the limits of a notification, with its text. */
export interface ParsedJson {
  readonly text: string;
  readonly value: JsonValue;
}

/** Undefined for what is no UTF-8, no JSON, or deeper or larger than a notification may be. Total. */
export function parseWithinLimits(body: Buffer): ParsedJson | undefined {
  if (!isUtf8(body)) return undefined;
  const { depth, memberCount } = scanJson(body);
  // Two levels and some members more than a notification has: the envelope is around it.
  if (depth > MAX_DEPTH + 2 || memberCount > MAX_MEMBERS + 100) return undefined;
  const text = body.toString('utf8').replace(/^\uFEFF/, '');
  try {
    return { text, value: JSON.parse(text) as JsonValue };
  } catch {
    return undefined;
  }
}

export function objectOf(value: JsonValue): JsonObject | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/**
 * The text of a member of an object, as it was written: writing the parsed value again would round numbers that no
 * double holds and forget repeated keys, and so change the event id. Of a repeated member the last one.
 *
 * @param text JSON that has been parsed and is an object
 */
export function memberText(text: string, name: string): string | undefined {
  let found: string | undefined;
  for (const [key, value] of entriesOf(text))
    if (key !== undefined && JSON.parse(key) === name) found = value;
  return found;
}

/** The texts of the elements of an array, as they were written. @param text JSON that has been parsed and is an array */
export function elementTexts(text: string): readonly string[] {
  return [...entriesOf(text)].map(([, value]) => value);
}

/** Keys (in quotes) and values of the outermost object or array. Of an array there are no keys. */
function* entriesOf(text: string): Generator<[key: string | undefined, value: string]> {
  let depth = 0;
  let start = 0;
  let key: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
    } else if (character === '{' || character === '[') {
      depth += 1;
      if (depth === 1) start = at + 1;
    } else if (depth === 1 && character === ':') {
      key = text.slice(start, at).trim();
      start = at + 1;
    } else if (depth === 1 && (character === ',' || character === '}' || character === ']')) {
      const value = text.slice(start, at).trim();
      if (value !== '') yield [key, value];
      key = undefined;
      start = at + 1;
      if (character !== ',') return;
    } else if (character === '}' || character === ']') depth -= 1;
  }
}

/** Index of the closing quote of the string that opens at `at`. */
function endOfString(text: string, at: number): number {
  for (let index = at + 1; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === '"') return index;
  }
  return text.length;
}
