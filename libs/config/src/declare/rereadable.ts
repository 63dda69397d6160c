import { inspect } from 'node:util';
import { withoutLastLineBreak } from '../document/references.js';
import { readTextFile } from '../values/text-file.js';
import { Place } from './place.js';
import type { Type } from './setting.js';

interface Reading<T> {
  readonly value: T | undefined;
  /** A part of a sentence that begins with the path of the file. */
  readonly problem: string | undefined;
}

/**
 * A value that may stand in a file (`file:` in the YAML file) and then is read again whenever it is needed, so that passwords
 * and certificates are renewed without a restart. Never shown, whatever it holds.
 */
export class Rereadable<T> {
  // Private fields: nothing prints them, and freezing the configuration leaves them alone.
  #last: T;
  readonly #readAgain: (() => Reading<T>) | undefined;

  constructor(first: T, readAgain?: () => Reading<T>) {
    this.#last = first;
    this.#readAgain = readAgain;
  }

  /** The value as it is now. With a problem (no file, not readable, not what it should be) the last sound one, and why. */
  read(): { readonly value: T; readonly problem: string | undefined } {
    const { value, problem } = this.#readAgain?.() ?? { value: undefined, problem: undefined };
    this.#last = value ?? this.#last;
    return { value: this.#last, problem };
  }

  toString(): string {
    return '[rereadable]';
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** The same values, read again from the file they stand in, if they stand in one. */
export function rereadable<T>(type: Type<T>): Type<Rereadable<T>> {
  return {
    ...type,
    read(value, at) {
      const first = type.read(value, at);
      const file = at.referredFile;
      if (first === undefined) return undefined;
      return file === undefined ? new Rereadable(first) : new Rereadable(first, () => readFrom(file, type));
    },
  };
}

function readFrom<T>(file: string, type: Type<T>): Reading<T> {
  const content = readTextFile(file);
  if (content.outcome !== 'read') {
    const why = content.outcome === 'missing' ? 'does not exist' : content.why;
    return { value: undefined, problem: `${file} ${why}` };
  }
  const place = Place.whole('', file);
  const value = type.read(withoutLastLineBreak(content.text), place);
  const why = place.problems.map((problem) => problem.why).join('; ');
  return { value, problem: why === '' ? undefined : `${file} ${why}` };
}
