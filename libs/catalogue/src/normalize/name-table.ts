import { Char, decodeString } from './scan.js';
import type { MemberPlan } from './plan.js';

/** One name under which a declared member may stand in a body. */
export interface Spelling {
  readonly name: string;
  readonly member: MemberPlan;
  /** The member gets another name in the normalized text. */
  readonly renames: boolean;
}

/**
 * Finds members by their name in the text, without cutting the name out of it: most names of a body need nothing and
 * are dismissed by their length and three of their characters. Open addressing, at most half full.
 */
export class NameTable {
  private readonly slots: (Spelling | undefined)[];
  private readonly mask: number;

  constructor(spellings: readonly Spelling[]) {
    let size = 4;
    while (size < spellings.length * 2) size *= 2;
    this.mask = size - 1;
    this.slots = Array.from({ length: size }, () => undefined);
    for (const spelling of spellings) {
      let slot = hash(spelling.name, 0, spelling.name.length) & this.mask;
      while (this.slots[slot] !== undefined) slot = (slot + 1) & this.mask;
      this.slots[slot] = spelling;
    }
  }

  /**
   * @param from the opening quote of the name
   * @param to behind its closing quote
   * @param escapes the text has a backslash somewhere, so that a name may be written in more than one way
   */
  find(text: string, from: number, to: number, escapes: boolean): Spelling | undefined {
    if (escapes) {
      for (let at = from + 1; at < to; at++) {
        if (text.charCodeAt(at) !== Char.backslash) continue;
        const name = decodeString(text, from, to);
        return this.findPlain(name, 0, name.length);
      }
    }
    return this.findPlain(text, from + 1, to - 1);
  }

  private findPlain(text: string, from: number, to: number): Spelling | undefined {
    const { slots, mask } = this;
    for (let slot = hash(text, from, to) & mask; ; slot = (slot + 1) & mask) {
      const spelling = slots[slot];
      if (spelling === undefined) return undefined;
      if (spelling.name.length === to - from && text.startsWith(spelling.name, from)) return spelling;
    }
  }
}

function hash(text: string, from: number, to: number): number {
  if (from === to) return 0; // what stands around an empty name is no part of it
  const first = text.charCodeAt(from);
  const middle = text.charCodeAt((from + to) >> 1);
  const last = text.charCodeAt(to - 1);
  return ((to - from) * 7 + first) ^ (middle * 31) ^ (last * 113);
}
