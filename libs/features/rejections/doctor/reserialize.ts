import { isUtf8 } from 'node:buffer';
import { MAX_DEPTH, scanJson } from '@chargelog/domain';

const LAYOUTS = ['compact', 'spaced', 'pretty-2', 'pretty-4'] as const;
const ESCAPES = ['plain', 'php', 'ascii', 'slashes', 'html'] as const;
type Layout = (typeof LAYOUTS)[number];
type Escape = (typeof ESCAPES)[number];

/** How a JSON writer lays out and escapes; `parsed` also loses what no parser keeps (repeated keys, `1.0`). */
export interface JsonStyle {
  readonly layout: Layout;
  readonly escape: Escape;
}

// Strings, punctuation, everything else; what lies between is white space.
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gs;

/** Beyond this the patterns below may need more stack than there is, and each writing more time than a person waits. */
export const LARGEST_TAKEN_APART = 2 * 1024 * 1024;
/** Indenting can make a body a hundred times as long. */
const LARGEST_INDENTED = 256 * 1024;

/**
 * The body as other JSON writers would have written it. Works on tokens: numbers stay digit for digit, members stay in
 * order, so that only spaces and escapes differ, as they do when a proxy reads and writes a body. Empty when it is not JSON.
 */
export function* reserialize(body: Buffer): Generator<readonly [JsonStyle, Buffer]> {
  const text = parsable(body);
  if (text === undefined) return;
  const tokens = text.match(TOKEN) ?? [];
  for (const escape of ESCAPES) {
    const escaped = tokens.map((token) => (token.startsWith('"') ? writeString(token, escape) : token));
    for (const layout of body.length > LARGEST_INDENTED ? LAYOUTS.slice(0, 2) : LAYOUTS)
      yield [{ layout, escape }, Buffer.from(layOut(escaped, layout), 'utf8')];
  }
  yield [{ layout: 'compact', escape: 'plain' }, Buffer.from(JSON.stringify(JSON.parse(text)), 'utf8')];
}

/** The body's text where it is JSON that may be taken apart without fear of its depth or size. */
export function parsable(body: Buffer): string | undefined {
  if (body.length > LARGEST_TAKEN_APART || !isUtf8(body) || scanJson(body).depth > MAX_DEPTH)
    return undefined;
  const text = body.toString('utf8').replace(/^\uFEFF/, '');
  try {
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

function writeString(token: string, escape: Escape): string {
  const plain = JSON.stringify(JSON.parse(token));
  switch (escape) {
    case 'plain':
      return plain;
    case 'php': // json_encode without flags
      return toAscii(plain.replaceAll('/', '\\/'));
    case 'ascii': // JSON_UNESCAPED_SLASHES, and Python's json.dumps
      return toAscii(plain);
    case 'slashes': // JSON_UNESCAPED_UNICODE
      return plain.replaceAll('/', '\\/');
    case 'html': // what Laravel answers with: JSON_HEX_TAG, JSON_HEX_AMP, JSON_HEX_APOS, JSON_HEX_QUOT
      return toAscii(plain.replaceAll('/', '\\/'))
        .replaceAll('\\"', '\\u0022')
        .replace(/[<>&']/g, (character) => unicodeEscape(character, 'upper'));
  }
}

function toAscii(text: string): string {
  return text.replace(/[\u007f-\uffff]/g, (unit) =>
    unit === '\u007f' ? unit : unicodeEscape(unit, 'lower'),
  );
}

/** PHP writes the four characters of its HEX flags in upper case, all others in lower case. */
function unicodeEscape(unit: string, letters: 'lower' | 'upper'): string {
  const hex = unit.charCodeAt(0).toString(16).padStart(4, '0');
  return `\\u${letters === 'upper' ? hex.toUpperCase() : hex}`;
}

function layOut(tokens: readonly string[], layout: Layout): string {
  if (layout === 'compact') return tokens.join('');
  if (layout === 'spaced') {
    return tokens.map((token) => (token === ':' || token === ',' ? `${token} ` : token)).join('');
  }
  const indent = layout === 'pretty-2' ? '  ' : '    ';
  const parts: string[] = [];
  let depth = 0;
  const line = (): string => `\n${indent.repeat(Math.min(depth, 64))}`;
  tokens.forEach((token, index) => {
    if (token === '{' || token === '[') {
      depth += 1;
      parts.push(token, isClosing(tokens[index + 1]) ? '' : line());
    } else if (isClosing(token)) {
      depth -= 1;
      const isEmpty = tokens[index - 1] === '{' || tokens[index - 1] === '[';
      parts.push(isEmpty ? '' : line(), token);
    } else if (token === ',') parts.push(token, line());
    else if (token === ':') parts.push(': ');
    else parts.push(token);
  });
  return parts.join('');
}

function isClosing(token: string | undefined): boolean {
  return token === '}' || token === ']';
}
