import type { SourceProblem } from '@chargelog/pipeline';

/** A problem of a source, and where it is. */
export interface Finding extends SourceProblem {
  /** The partition, as `keyOf` names it, or what else it is about: the same problem has the same name at the next look. */
  readonly at: string;
}

/** Text of a stranger in a text for people: short, and on one line. */
export function shown(text: string): string {
  const clipped = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return JSON.stringify(clipped).slice(1, -1);
}

/** The first of a list, and how many more there are. */
export function listed(items: readonly string[], atMost = 5): string {
  const more = items.length - atMost;
  return more > 0 ? `${items.slice(0, atMost).join(', ')} and ${more} more` : items.join(', ');
}

/** Problems that may pass by themselves, as they do while a group is shared out: told when they have stood for a while. */
export class Standing {
  private since = new Map<string, number>();

  constructor(private readonly afterMs: number) {}

  /** @param seen of this look; what is not among them starts anew when it comes again. */
  lasting(seen: readonly Finding[]): readonly Finding[] {
    const now = performance.now();
    this.since = new Map(seen.map(({ at, detail }) => [at + detail, this.since.get(at + detail) ?? now]));
    return seen.filter(({ at, detail }) => now - (this.since.get(at + detail) ?? now) >= this.afterMs);
  }
}
