import { inspect } from 'node:util';

const SHOWN = '[secret]';

/** Longest secret, wherever it comes from, in bytes of UTF-8. Tokens that hold claims (JWT) reach some 4 KiB. */
export const MAX_SECRET_BYTES = 8_192;

/** Why a secret is too long, or undefined. Never quotes it. */
export function secretLengthProblem(text: string): string | undefined {
  const bytes = Buffer.byteLength(text);
  return bytes <= MAX_SECRET_BYTES
    ? undefined
    : `has ${bytes} bytes, and a secret has at most ${MAX_SECRET_BYTES}; is this the token itself?`;
}

/**
 * A value that must not be logged by accident. Everything that turns an object into text (`String`, template strings,
 * `JSON.stringify`, `console.log`, pino) shows `[secret]`; only {@link reveal} gives the value, so that every place
 * that uses it can be found by that word.
 */
export class Secret {
  // A private field, because `inspect(…, { showHidden: true })` prints every other kind of property.
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    Object.freeze(this);
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
