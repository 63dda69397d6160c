/**
 * Replacements in a text, noted in rising order and carried out once: everything between them is copied in slices, so
 * that what nobody declared cannot change. With none, the text itself comes back.
 */
export class Edits {
  private readonly froms: number[] = [];
  private readonly tos: number[] = [];
  private readonly replacements: string[] = [];

  constructor(private readonly text: string) {}

  get count(): number {
    return this.froms.length;
  }

  replace(from: number, to: number, by: string): void {
    this.froms.push(from);
    this.tos.push(to);
    this.replacements.push(by);
  }

  /** Takes one edit back; those after it stay. */
  cancel(index: number): void {
    this.tos[index] = this.froms[index] ?? 0;
    this.replacements[index] = '';
  }

  /** Takes back all edits from the given count on. */
  truncate(count: number): void {
    this.froms.length = count;
    this.tos.length = count;
    this.replacements.length = count;
  }

  apply(): string {
    const { text, froms, tos, replacements } = this;
    if (froms.length === 0) return text;
    let result = '';
    let copied = 0;
    for (let index = 0; index < froms.length; index++) {
      result += text.slice(copied, froms[index]) + replacements[index]!;
      copied = tos[index]!;
    }
    return result + text.slice(copied);
  }
}
