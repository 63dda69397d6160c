// Steps over parts of a JSON text that is known to be valid (RFC 8259). On any other text they end, wherever.

export const Char = {
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  zero: 0x30,
  nine: 0x39,
  upperT: 0x54,
  upperZ: 0x5a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  lowerN: 0x6e,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/** From an opening quote to behind the closing one. */
export function stringEnd(text: string, at: number): number {
  const { length } = text;
  for (let index = at + 1; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code === Char.quote) return index + 1;
    if (code === Char.backslash) index++;
  }
  return length;
}

/** From the first character of a number, `true`, `false` or `null` to behind the last. */
export function scalarEnd(text: string, at: number): number {
  const { length } = text;
  for (let index = at + 1; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code === Char.comma || code === Char.closeBrace || code === Char.closeBracket || code <= Char.space) {
      return index;
    }
  }
  return length;
}

export function spaceEnd(text: string, at: number): number {
  let index = at;
  while (text.charCodeAt(index) <= Char.space) index++;
  return index;
}

/** An integer that is not negative, written out: no sign, fraction or exponent. */
export function isDigits(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code < Char.zero || code > Char.nine) return false;
  }
  return true;
}

/** The value of the string token that stands between two positions, quotes included. */
export function decodeString(text: string, from: number, to: number): string {
  const inner = text.slice(from + 1, to - 1);
  return inner.includes('\\') ? (JSON.parse(text.slice(from, to)) as string) : inner;
}
