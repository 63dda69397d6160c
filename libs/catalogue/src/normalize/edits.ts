/**
 * Replacements in a text, noted in rising order and carried out once: everything between them is copied in slices, so
 * that what nobody declared cannot change. With none, the text itself comes back.
 */
export class Edits {
  /** From, to, replacement, from, to, … in one list: a body makes dozens, and three lists cost three times the room. */
  private readonly edits: (number | string)[] = [];

  constructor(private readonly text: string) {}

  /** To be handed back to {@link cancel} or {@link truncate}. */
  get count(): number {
    return this.edits.length;
  }

  replace(from: number, to: number, by: string): void {
    this.edits.push(from, to, by);
  }

  /** Takes back the one edit that was made when the count was this; those after it stay. */
  cancel(count: number): void {
    this.edits[count + 1] = this.edits[count]!;
    this.edits[count + 2] = '';
  }

  /** Takes back all edits made since the count was this. */
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
