// Identity scheme 1, frozen from the first release on: a change here changes event ids and then needs scheme 2
// (docs/identity.md).

/**
 * The canonical form of a JSON number token (RFC 8259 §6). Where the shortest text that ECMAScript gives its double
 * has the very value of the token, that text (RFC 8785 §3.2.2.3); else the exact decimal, so that two numbers that
 * fall on one double stay two.
 */
export function toCanonicalNumber(token: string): string {
  const exact = toExactDecimal(token);
  if (exact === '0') return '0';
  const double = Number(token);
  // Infinity never equals a decimal; 0 for a token that is not zero is caught by the comparison.
  const shortest = String(double);
  return Number.isFinite(double) && toExactDecimal(shortest) === exact ? shortest : exact;
}

/**
 * The value as `[-]<coefficient>e<exponent>`: an integer coefficient without leading or trailing zeros and a decimal
 * exponent without plus sign; zero is `0`. Equal texts mean equal values.
 *
 * Linear in the length of the token, and exact for exponents of any length: a body of 1 MiB may be one number.
 */
function toExactDecimal(token: string): string {
  const negative = token.startsWith('-');
  const exponentAt = token.search(/[eE]/);
  const mantissa = token.slice(negative ? 1 : 0, exponentAt < 0 ? token.length : exponentAt);
  const pointAt = mantissa.indexOf('.');
  const fraction = pointAt < 0 ? '' : mantissa.slice(pointAt + 1);
  const digits = pointAt < 0 ? mantissa : mantissa.slice(0, pointAt) + fraction;

  let start = 0;
  let end = digits.length;
  while (start < end && digits.charCodeAt(start) === 0x30) start++;
  if (start === end) return '0';
  while (digits.charCodeAt(end - 1) === 0x30) end--;

  const shift = digits.length - end - fraction.length;
  const exponent = addToInteger(exponentAt < 0 ? '0' : token.slice(exponentAt + 1), shift);
  return `${negative ? '-' : ''}${digits.slice(start, end)}e${exponent}`;
}

/** Digits that double arithmetic adds exactly; a shift is at most the length of a body, far below 10^15. */
const LOW_DIGITS = 15;
const LOW_BASE = 1e15;

/**
 * Adds a small number to an integer of any length. Only the low digits are calculated, a carry walks through the
 * others as text: BigInt needed a quarter of a second for an exponent of 1 MiB, this needs some milliseconds.
 */
function addToInteger(integer: string, shift: number): string {
  const negative = integer.startsWith('-');
  const digits = stripLeadingZeros(negative || integer.startsWith('+') ? integer.slice(1) : integer);
  if (digits.length <= LOW_DIGITS) return String((negative ? -1 : 1) * Number(digits) + shift);

  const low = Number(digits.slice(-LOW_DIGITS)) + (negative ? -shift : shift);
  const carry = Math.floor(low / LOW_BASE);
  const high =
    carry === 0 ? digits.slice(0, -LOW_DIGITS) : stepInteger(digits.slice(0, -LOW_DIGITS), carry > 0);
  const sum = high + String(low - carry * LOW_BASE).padStart(LOW_DIGITS, '0');
  return (negative ? '-' : '') + stripLeadingZeros(sum);
}

/** One more or one less than a positive integer in decimal digits. */
function stepInteger(digits: string, up: boolean): string {
  let at = digits.length - 1;
  while (at >= 0 && digits[at] === (up ? '9' : '0')) at--;
  const tail = (up ? '0' : '9').repeat(digits.length - 1 - at);
  return digits.slice(0, Math.max(at, 0)) + String(Number(digits[at] ?? '0') + (up ? 1 : -1)) + tail;
}

function stripLeadingZeros(digits: string): string {
  let start = 0;
  while (digits.charCodeAt(start) === 0x30) start++;
  return start === 0 ? digits : digits.slice(start);
}
