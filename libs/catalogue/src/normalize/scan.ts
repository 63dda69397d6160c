// Steps over parts of a JSON text that is known to be valid (RFC 8259). On any other text they end, wherever.

export const Char = {
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  upperT: 0x54,
  upperZ: 0x5a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  lowerN: 0x6e,
  lowerZ: 0x7a,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/**
 * From an opening quote to behind the closing one. The engine's own search is many times faster than reading character
 * by character, and few strings have a quote within.
 */
export function stringEnd(text: string, units: Uint16Array, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (end !== -1 && units[end - 1] === Char.backslash && isEscaped(units, end)) {
    end = text.indexOf('"', end + 1);
  }
  return end === -1 ? text.length : end + 1;
}

/** After an odd number of backslashes. Strings begin with a quote, so the run ends within the string. */
function isEscaped(units: Uint16Array, at: number): boolean {
  let first = at;
  while (units[first - 1] === Char.backslash) first--;
  return (at - first) % 2 === 1;
}

/** From the first character of a number, `true`, `false` or `null` to behind the last. */
export function scalarEnd(units: Uint16Array, at: number, length: number): number {
  for (let index = at + 1; index < length; index++) {
    const code = units[index]!;
    if (code === Char.comma || code === Char.closeBrace || code === Char.closeBracket || code <= Char.space) {
      return index;
    }
  }
  return length;
}

export function spaceEnd(units: Uint16Array, at: number): number {
  let index = at;
  while (units[index]! <= Char.space) index++;
  return index;
}

/** An integer that is not negative, written out: no sign, fraction or exponent. */
export function isDigits(units: Uint16Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = units[at]!;
    if (code < Char.zero || code > Char.nine) return false;
  }
  return true;
}
