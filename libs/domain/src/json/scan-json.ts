/** What one pass over a body tells before anything recursive touches it. */
export interface JsonScan {
  /** Deepest nesting of arrays and objects; 1 for a flat object. */
  readonly depth: number;
  /** Colons outside strings: in valid JSON the members written, duplicates included. */
  readonly memberCount: number;
  /** Some number token may not be held exactly by a double, see {@link mayBeInexact}. */
  readonly exactNumbers: boolean;
}

/**
 * Every decimal of at most 15 digits without exponent survives the way through a double and back (IEEE 754 binary64),
 * so only longer ones and those with an exponent need a look at their digits. Leading zeros are counted too: a cheap
 * "perhaps", never a missed case.
 */
const SAFE_DIGITS = 15;

/** Whether a number token (RFC 8259 §6) may stand for a value that no double holds exactly. */
export function mayBeInexact(token: string): boolean {
  return token.length > SAFE_DIGITS || token.includes('e') || token.includes('E');
}

/**
 * Measures nesting, members and number tokens in one pass without recursion. Takes any bytes; what it says about those
 * that are not JSON only has to be repeatable. A string runs from a quote to the next quote that no backslash escapes,
 * or to the end. It reads bytes, because every character that matters is ASCII, and reading characters took twice the
 * time (1.2 µs for a body of 600 bytes).
 */
export function scanJson(body: Uint8Array): JsonScan {
  const length = body.length;
  let open = 0;
  let depth = 0;
  let memberCount = 0;
  let exactNumbers = false;

  for (let at = 0; at < length; at++) {
    const code = body[at]!;
    if (code === 0x22 /* " */) {
      for (at++; at < length; at++) {
        const inner = body[at]!;
        if (inner === 0x22) break;
        if (inner === 0x5c /* \ */) at++;
      }
    } else if (code === 0x3a /* : */) {
      memberCount++;
    } else if (code >= 0x30 && code <= 0x39) {
      let digits = 1;
      for (at++; at < length; at++) {
        const inner = body[at]!;
        if (inner >= 0x30 && inner <= 0x39) digits++;
        else if (inner === 0x65 /* e */ || inner === 0x45 /* E */) exactNumbers = true;
        else if (inner !== 0x2e /* . */ && inner !== 0x2b /* + */ && inner !== 0x2d /* - */) break;
      }
      at--;
      if (digits > SAFE_DIGITS) exactNumbers = true;
    } else if (code === 0x7b /* { */ || code === 0x5b /* [ */) {
      open++;
      if (open > depth) depth = open;
    } else if (code === 0x7d /* } */ || code === 0x5d /* ] */) {
      open--;
    }
  }
  return { depth, memberCount, exactNumbers };
}
