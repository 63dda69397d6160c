import type { Edits } from './edits.js';
import { Place } from './place.js';
import type { Spelling } from './plan.js';

/**
 * The members of one object that may come under several names. Whether one of them can have its new name is known only
 * at the object's end; until then it is renamed, and on the second spelling all renames are taken back.
 */
export class AliasUses {
  /** By the member's slot: the spelling met, null once there were two. */
  private readonly spellings: (Spelling | null | undefined)[] = [];
  /** Slot and edit of every rename. */
  private readonly renames: (readonly [slot: number, edit: number])[] = [];
  /** Slot and place of every renamed member that was entered. */
  private readonly places: (readonly [slot: number, place: Place])[] = [];

  constructor(
    private readonly edits: Edits,
    private readonly collisions: Place[],
    private readonly object: Place | undefined,
  ) {}

  /** Notes a member and renames it, as far as that stands at this point. */
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

  /** The place of a member just met whose value is entered, by the name that it has in the result. */
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
