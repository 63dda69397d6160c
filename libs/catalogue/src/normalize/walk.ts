import { renderStandards, STANDARDS, type Row } from '../standards/standards-member.js';
import { AliasUses, Edits, Place } from './edits.js';
import { isPlainUtc, toLocalText, toUtcText, UTC_OFFSET } from './instant-text.js';
import type { NameTable } from './name-table.js';
import type { ObjectPlan, Plan, Spelling, ValuePlan } from './plan.js';
import { Char, isDigits, scalarEnd, spaceEnd, stringEnd, unitsOf } from './scan.js';
import { isSensitiveName } from './sensitive-names.js';

/**
 * One pass over a body by its plan. It collects edits of the text and builds no values, so numbers, strings and everything
 * undeclared keep their characters. White space between tokens is dropped, so that the result is one line.
 *
 * The text must be one that `readNotificationBody` accepts: valid JSON, an object, at most 64 levels deep. On any other
 * text the walk ends too, but its result has no meaning.
 */
export class Walk {
  /** Members that keep the name they came under, because another member would get the same new name. */
  readonly collisions: Place[] = [];
  /** Members left out. */
  readonly masked: Place[] = [];
  private readonly units: Uint16Array;
  private readonly edits: Edits;
  private readonly masks: boolean;
  private readonly rows: Row[] = [];
  private standardsTaken = false;
  /** Where the last search for a backslash ended: its position, or the length of the text. */
  private escapeAt = -1;

  constructor(
    private readonly text: string,
    plan: Plan,
  ) {
    this.units = unitsOf(text);
    this.edits = new Edits(text);
    this.masks = plan.masks;
    const end = this.object(this.afterSpace(0), plan.root, undefined);
    if (this.rows.length > 0) this.addStandards(end - 1);
    this.afterSpace(end);
  }

  /** The text with all edits. */
  apply(): string {
    return this.edits.apply();
  }

  /** From an opening brace to the position after the closing one. `place` is the object's own, undefined for the body. */
  private object(start: number, plan: ObjectPlan, place: Place | undefined): number {
    const { text, units, edits } = this;
    const uses = plan.aliases ? new AliasUses(edits, this.collisions, place) : undefined;
    let kept = false;
    let comma = start;
    let editsToComma = edits.count;
    let at = this.afterSpace(start + 1);
    if (units[at] === Char.closeBrace) return at + 1;

    while (at < text.length) {
      const nameAt = at;
      const editsToName = edits.count;
      const nameEnd = stringEnd(text, units, nameAt);
      const spelling = this.find(plan.names, nameAt, nameEnd);
      const sensitive = this.isSensitive(spelling, nameAt, nameEnd);
      if (!sensitive) at = this.member(nameAt, nameEnd, spelling, plan, place, uses);
      else {
        this.masked.push(new Place(place, this.nameOf(spelling, nameAt, nameEnd)));
        at = this.skip(this.afterColon(nameEnd));
        if (kept) {
          edits.truncate(editsToComma);
          edits.replace(comma, at, '');
        }
      }

      const next = this.afterSpace(at);
      const more = units[next] === Char.comma;
      if (sensitive && !kept) {
        edits.truncate(editsToName);
        edits.replace(nameAt, more ? next + 1 : next, '');
      }
      if (!more) return next + 1;
      kept ||= !sensitive;
      comma = next;
      editsToComma = edits.count;
      at = this.afterSpace(next + 1);
    }
    return at;
  }

  /** A member that is kept: its name, then its value. Returns the position after it. */
  private member(
    nameAt: number,
    nameEnd: number,
    spelling: Spelling | undefined,
    plan: ObjectPlan,
    place: Place | undefined,
    uses: AliasUses | undefined,
  ): number {
    const aliased = spelling !== undefined && spelling.member.slot !== -1;
    if (aliased) uses?.meet(spelling, nameAt, nameEnd);
    if (place === undefined && spelling?.member.key === STANDARDS) this.standardsTaken = true;

    const value = spelling === undefined ? plan.rest : spelling.member.value;
    const at = this.afterColon(nameEnd);
    if (value.idle) return this.skip(at);
    const code = this.units[at]!;
    if (code !== Char.openBrace && code !== Char.openBracket) return this.leaf(at, code, value);
    const own = aliased ? uses?.placeOf(spelling) : undefined;
    return this.container(at, code, value, own ?? new Place(place, this.nameOf(spelling, nameAt, nameEnd)));
  }

  private find(names: NameTable<Spelling>, nameAt: number, nameEnd: number): Spelling | undefined {
    if (this.hasEscape(nameAt, nameEnd)) return names.get(this.decode(nameAt, nameEnd));
    return names.find(this.units, nameAt + 1, nameEnd - 1);
  }

  private isSensitive(spelling: Spelling | undefined, nameAt: number, nameEnd: number): boolean {
    if (spelling !== undefined) return spelling.member.sensitive;
    return this.masks && isSensitiveName(this.decode(nameAt, nameEnd));
  }

  /** A member's name in the result, unless it collides. */
  private nameOf(spelling: Spelling | undefined, nameAt: number, nameEnd: number): string {
    if (spelling === undefined) return this.decode(nameAt, nameEnd);
    return spelling.renames ? spelling.member.key : spelling.name;
  }

  private container(at: number, code: number, plan: ValuePlan, place: Place): number {
    if (code === Char.openBracket) return this.list(at, plan, place);
    return plan.members === undefined ? this.skip(at) : this.object(at, plan.members, place);
  }

  private list(start: number, plan: ValuePlan, place: Place): number {
    const { text, units } = this;
    if (plan.emptyListIsMap) {
      const end = spaceEnd(units, start + 1);
      if (units[end] === Char.closeBracket) {
        this.edits.replace(start, end + 1, '{}');
        return end + 1;
      }
    }
    if (plan.items === undefined) return this.skip(start);
    let at = this.afterSpace(start + 1);
    if (units[at] === Char.closeBracket) return at + 1;
    for (let index = 0; at < text.length; index++) {
      const code = units[at]!;
      if (code !== Char.openBrace && code !== Char.openBracket) at = this.leaf(at, code, plan.items);
      else at = this.container(at, code, plan.items, new Place(place, index));
      at = this.afterSpace(at);
      if (units[at] !== Char.comma) return at + 1;
      at = this.afterSpace(at + 1);
    }
    return at;
  }

  /** A string, number, `true`, `false` or `null`. */
  private leaf(at: number, code: number, plan: ValuePlan): number {
    if (code === Char.quote) {
      const end = stringEnd(this.text, this.units, at);
      this.convertString(at, end, plan);
      return end;
    }
    const end = scalarEnd(this.units, at, this.text.length);
    if (plan.conversion === 'id' && isDigits(this.units, at, end)) {
      this.edits.replace(at, end, `"${this.text.slice(at, end)}"`);
    } else if (code === Char.lowerN) {
      this.addRow(plan.nullRow);
    }
    return end;
  }

  private convertString(at: number, end: number, plan: ValuePlan): void {
    const { edits } = this;
    if (plan.blankIsNull && end - at === 2) {
      edits.replace(at, end, 'null');
      this.addRow(plan.nullRow);
      return;
    }
    switch (plan.conversion) {
      case 'instant':
        this.convertInstant(at, end);
        return;
      case 'localInstant':
        this.convertLocal(at, end);
        return;
      case 'word': {
        const word = this.decode(at, end);
        const current = plan.aliases?.get(word);
        if (current !== undefined) edits.replace(at, end, JSON.stringify(current));
        this.addRow(plan.rows?.get(current ?? word));
        return;
      }
      case 'id':
      case 'none':
    }
  }

  private convertInstant(at: number, end: number): void {
    const { text, units, edits } = this;
    // A text with `T` and `Z` in these positions is in the right form already, or is no time.
    if (units[end - 2] === Char.upperZ && units[at + 11] === Char.upperT) return;
    if (isPlainUtc(text, at)) {
      edits.replace(end - UTC_OFFSET.length - 1, end - 1, 'Z');
      return;
    }
    const utc = toUtcText(this.decode(at, end));
    if (utc !== undefined) edits.replace(at + 1, end - 1, utc);
  }

  private convertLocal(at: number, end: number): void {
    const { units, edits } = this;
    // A local time can need another form only in these two characters.
    if (units[at + 11] === Char.upperT && units[end - 2] !== Char.lowerZ) return;
    const local = toLocalText(this.decode(at, end));
    if (local !== undefined) edits.replace(at + 1, end - 1, local);
  }

  /** Steps over a value in which only the white space between the tokens is changed. */
  private skip(start: number): number {
    const { text, units } = this;
    const { length } = text;
    const first = units[start]!;
    if (first === Char.quote) return stringEnd(text, units, start);
    if (first !== Char.openBrace && first !== Char.openBracket) return scalarEnd(units, start, length);
    let open = 0;
    for (let at = start; at < length;) {
      const code = units[at]!;
      if (code === Char.quote) at = stringEnd(text, units, at);
      else if (code <= Char.space) at = this.afterSpace(at);
      else {
        at++;
        if (code === Char.openBrace || code === Char.openBracket) open++;
        else if ((code === Char.closeBrace || code === Char.closeBracket) && --open === 0) return at;
      }
    }
    return length;
  }

  private afterColon(at: number): number {
    const colon = this.units[at] === Char.colon ? at : this.afterSpace(at);
    return this.afterSpace(colon + 1);
  }

  private afterSpace(at: number): number {
    if (this.units[at]! > Char.space) return at;
    const end = spaceEnd(this.units, at);
    this.edits.replace(at, end, '');
    return end;
  }

  /** The value of the string token between two positions. */
  private decode(from: number, to: number): string {
    if (this.hasEscape(from, to)) return JSON.parse(this.text.slice(from, to)) as string;
    return this.text.slice(from + 1, to - 1);
  }

  /** Must be called in the order of the text: one search serves all tokens up to the backslash that it found. */
  private hasEscape(from: number, to: number): boolean {
    if (this.escapeAt < from) {
      const found = this.text.indexOf('\\', from);
      this.escapeAt = found === -1 ? this.text.length : found;
    }
    return this.escapeAt < to;
  }

  private addRow(row: Row | undefined): void {
    if (row !== undefined && !this.rows.includes(row)) this.rows.push(row);
  }

  /** Adds the member before the body's closing brace. A row comes from a member that is kept, so a comma must come first. */
  private addStandards(at: number): void {
    if (this.standardsTaken) this.collisions.push(new Place(undefined, STANDARDS));
    else this.edits.replace(at, at, `,${renderStandards(this.rows)}`);
  }
}
