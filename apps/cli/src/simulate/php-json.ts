import type { JsonValue } from '@chargelog/domain';

/**
 * Compact JSON as PHP's `json_encode` writes it by default: `/` as `\/`, everything beyond ASCII as `\uXXXX` in lower
 * case (astral characters as two surrogates). Numbers as JSON.stringify writes them, which is the same text for the
 * magnitudes of charging life (PHP writes 1e25 as `1.0e+25`).
 */
export function phpJson(value: JsonValue): string {
  return JSON.stringify(value).replace(/[/\u0080-\uffff]/g, escape);
}

function escape(character: string): string {
  if (character === '/') return '\\/';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
