import type { Spelling } from './plan.js';

/**
 * Replacements in a text, added in rising order and applied once. Everything between them is copied in slices, so that
 * undeclared parts cannot change. Without any replacement the text itself is returned.
 */
export class Edits {
  /** From, to, replacement, from, to, … in one list: a body has dozens, and three lists need three times the memory. */
  private readonly edits: (number | string)[] = [];

  constructor(private readonly text: string) {}

  /** The number to give to {@link cancel} or {@link truncate}. */
  get count(): number {
    return this.edits.length;
  }

  replace(from: number, to: number, by: string): void {
    this.edits.push(from, to, by);
  }

  /** Removes the one edit that was made at this count; those after it stay. */
  cancel(count: number): void {
    this.edits[count + 1] = this.edits[count]!;
    this.edits[count + 2] = '';
  }

  /** Removes all edits that were made since this count. */
  truncate(count: number): void {
    this.edits.length = count;
  }

  apply(): string {
    const { text, edits } = this;
    if (edits.length === 0) return text;
    let result = '';
    let copied = 0;
    for (let index = 0; index < edits.length; index += 3) {
      result += text.slice(copied, edits[index] as number) + (edits[index + 2] as string);
      copied = edits[index + 1] as number;
    }
    return result + text.slice(copied);
  }
}

/**
 * The place of a value: a chain from the value up to the body. A member's name is set when the walk enters it, and corrected
 * when a collision takes its new name back, so pointers are made only after the walk.
 */
export class Place {
  constructor(
    readonly parent: Place | undefined,
    public name: string | number,
  ) {}
}

/** JSON Pointer (RFC 6901) to a place; list elements by their index. */
export function pointerTo(place: Place): string {
  let pointer = '';
  for (let at: Place | undefined = place; at !== undefined; at = at.parent) {
    const token = typeof at.name === 'number' ? at.name : at.name.replaceAll('~', '~0').replaceAll('/', '~1');
    pointer = `/${token}${pointer}`;
  }
  return pointer;
}

/**
 * The members of one object that have several names. Whether one of them can get its new name is known only at the end of
 * the object. So it is renamed when met, and all renames are taken back when a second spelling of it is met.
 */
export class AliasUses {
  /** By the member's slot: the spelling that was met, null after a second one. */
  private readonly spellings: (Spelling | null | undefined)[] = [];
  /** The slot and the edit of every rename. */
  private readonly renames: (readonly [slot: number, edit: number])[] = [];
  /** The slot and the place of every renamed member that the walk entered. */
  private readonly places: (readonly [slot: number, place: Place])[] = [];

  constructor(
    private readonly edits: Edits,
    private readonly collisions: Place[],
    private readonly object: Place | undefined,
  ) {}

  /** Records a member, and renames it unless a collision is known. */
  meet(spelling: Spelling, nameAt: number, nameEnd: number): void {
    const { slot, keyToken } = spelling.member;
    const met = this.spellings[slot];
    if (met === undefined) this.spellings[slot] = spelling;
    else if (met === null) return;
    else if (met !== spelling) {
      this.collide(met);
      return;
    }
    if (!spelling.renames) return;
    this.renames.push([slot, this.edits.count]);
    this.edits.replace(nameAt, nameEnd, keyToken);
  }

  /** The place of the member just met, under the name that it has in the result. */
  placeOf(spelling: Spelling): Place {
    const { slot, key } = spelling.member;
    if (this.spellings[slot] === null) return new Place(this.object, spelling.name);
    const place = new Place(this.object, key);
    if (spelling.renames) this.places.push([slot, place]);
    return place;
  }

  private collide(met: Spelling): void {
    const { slot, key } = met.member;
    this.spellings[slot] = null;
    for (const [each, edit] of this.renames) if (each === slot) this.edits.cancel(edit);
    for (const [each, place] of this.places) if (each === slot) place.name = met.name;
    this.collisions.push(new Place(this.object, key));
  }
}
