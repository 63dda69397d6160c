import type { SourceSecretStore } from '../source-secret.store.js';

const STORE_EVERY_MS = 60_000;

interface Use {
  at: number;
  storedAt: number | undefined;
}

/**
 * When each secret was last seen signing: noted in memory for every delivery, stored once a minute. It tells when an
 * old secret is no longer needed, so a minute is exact enough.
 */
export class SigningUse {
  private readonly uses = new Map<string, Map<string, Use>>();
  private readonly rows = new Map<string, ReadonlyMap<string, string>>();

  constructor(private readonly secrets: Pick<SourceSecretStore, 'noteSigned'>) {}

  note(source: string, name: string, at: number): void {
    let ofSource = this.uses.get(source);
    if (ofSource === undefined) this.uses.set(source, (ofSource = new Map()));
    const use = ofSource.get(name);
    if (use === undefined) ofSource.set(name, { at, storedAt: undefined });
    else use.at = at;
  }

  /** Which row each name of the source stands for. A name that stands for another row than before has signed nothing yet. */
  assign(source: string, rowIds: ReadonlyMap<string, string>): void {
    for (const [name, rowId] of this.rows.get(source) ?? [])
      if (rowIds.get(name) !== rowId) this.uses.get(source)?.delete(name);
    this.rows.set(source, rowIds);
  }

  isOf(source: string, name: string, rowId: string): boolean {
    return this.rows.get(source)?.get(name) === rowId;
  }

  lastSignedAt(source: string, name: string): number | undefined {
    return this.uses.get(source)?.get(name)?.at;
  }

  /** Stores what has changed and was not stored within the last minute, or at all with `all`. */
  async store(which: { readonly all: boolean }): Promise<void> {
    for (const [source, ofSource] of this.uses) {
      for (const [name, use] of ofSource) {
        const row = this.rows.get(source)?.get(name);
        const isDue =
          use.storedAt === undefined ||
          use.at - use.storedAt >= STORE_EVERY_MS ||
          (which.all && use.at > use.storedAt);
        if (row === undefined || !isDue) continue;
        const { at } = use;
        await this.secrets.noteSigned(row, at);
        use.storedAt = at;
      }
    }
  }
}
