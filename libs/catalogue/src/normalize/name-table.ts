/**
 * Finds members by their name in the text, without cutting the name out of it. Most names of a body need no action; they
 * are ruled out by their length and three of their characters. A hash table with open addressing, at most half full.
 */
export class NameTable<Named extends { readonly name: string }> {
  private readonly slots: (Slot<Named> | undefined)[];
  private readonly mask: number;

  constructor(members: readonly Named[]) {
    let size = 4;
    while (size < members.length * 2) size *= 2;
    this.mask = size - 1;
    this.slots = Array.from({ length: size }, () => undefined);
    for (const named of members) {
      const units = toUnits(named.name);
      let slot = hash(units, 0, units.length) & this.mask;
      while (this.slots[slot] !== undefined) slot = (slot + 1) & this.mask;
      this.slots[slot] = { named, units };
    }
  }

  /**
   * @param units of the text that holds the name
   * @param from the name's first character
   * @param to the position after its last
   */
  find(units: Uint16Array, from: number, to: number): Named | undefined {
    const { slots, mask } = this;
    const length = to - from;
    for (let at = hash(units, from, to) & mask; ; at = (at + 1) & mask) {
      const slot = slots[at];
      if (slot === undefined) return undefined;
      if (slot.units.length !== length) continue;
      let same = 0;
      while (same < length && units[from + same] === slot.units[same]) same++;
      if (same === length) return slot.named;
    }
  }

  /** For a name that the text writes with escapes. */
  get(name: string): Named | undefined {
    return this.find(toUnits(name), 0, name.length);
  }
}

interface Slot<Named> {
  readonly named: Named;
  readonly units: Uint16Array;
}

function toUnits(name: string): Uint16Array {
  return Uint16Array.from({ length: name.length }, (_, at) => name.charCodeAt(at));
}

function hash(units: Uint16Array, from: number, to: number): number {
  if (from === to) return 0; // the characters read below would not belong to an empty name
  const first = units[from]!;
  const middle = units[(from + to) >> 1]!;
  const last = units[to - 1]!;
  return ((to - from) * 7 + first) ^ (middle * 31) ^ (last * 113);
}
