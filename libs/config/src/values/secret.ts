import { inspect } from 'node:util';

const SHOWN = '[secret]';

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
