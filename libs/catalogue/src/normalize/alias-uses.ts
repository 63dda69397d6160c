import type { Edits } from './edits.js';
import type { Spelling } from './name-table.js';
import { Place } from './place.js';

interface Use {
  readonly spelling: Spelling;
  /** The renames made for it, one for every time the name is repeated. */
  readonly renames: number[];
  readonly places: Place[];
  collided: boolean;
}

/**
 * The members of one object that may come under several names. Whether one of them can have its new name is known only
 * at the object's end; until then it is renamed, and on the second spelling all renames are taken back.
 */
export class AliasUses {
  private readonly uses: Use[] = [];

  constructor(
    private readonly edits: Edits,
    private readonly collisions: Place[],
    private readonly object: Place | undefined,
  ) {}

  /**
   * Notes a member and renames it, as far as that stands at this point.
   *
   * @returns its place, by the name that it has in the result
   */
  enter(spelling: Spelling, nameAt: number, nameEnd: number): Place {
    const { key, keyToken } = spelling.member;
    let use = this.uses.find((each) => each.spelling.member === spelling.member);
    if (use === undefined) {
      use = { spelling, renames: [], places: [], collided: false };
      this.uses.push(use);
    } else if (!use.collided && use.spelling !== spelling) {
      this.collide(use);
    }
    if (use.collided) return new Place(this.object, spelling.name);
    const place = new Place(this.object, key);
    if (spelling.renames) {
      use.renames.push(this.edits.count);
      use.places.push(place);
      this.edits.replace(nameAt, nameEnd, keyToken);
    }
    return place;
  }

  private collide(use: Use): void {
    use.collided = true;
    for (const rename of use.renames) this.edits.cancel(rename);
    for (const place of use.places) place.name = use.spelling.name;
    this.collisions.push(new Place(this.object, use.spelling.member.key));
  }
}
