import type pg from 'pg';

/** Names kept for a spell of unknown ones (a hostile or broken sender) before the cache starts afresh. */
const MAX_CACHED = 20_000;

type DictionaryTable = 'event_type' | 'notification' | 'subject_kind' | 'tenant';

/**
 * Small append-only tables that turn names into short ids. New names are committed on their own, before the batch that
 * needs them: an id without an event is harmless, an event without its name is not.
 */
export class NameDictionary {
  private current = newCache();
  /** What was known before the cache started afresh: whoever made a name known a moment ago must find it still. */
  private former = newCache();

  constructor(
    private readonly pool: pg.Pool,
    private readonly table: DictionaryTable,
  ) {}

  /** The id if it is known here already; {@link ensure} makes it known. */
  idOf(name: string): number | undefined {
    return this.current.idByName.get(name) ?? this.former.idByName.get(name);
  }

  async ensure(names: Iterable<string>): Promise<void> {
    const missing = [...new Set(names)].filter((name) => !this.current.idByName.has(name));
    if (missing.length === 0) return;
    if (this.current.idByName.size + missing.length > MAX_CACHED) this.startAfresh();
    // NOT EXISTS first: ON CONFLICT alone would burn one number of the identity for every name already there.
    await this.pool.query(
      `insert into ${this.table} (name)
       select n from unnest($1::text[]) n where not exists (select from ${this.table} where name = n)
       on conflict (name) do nothing`,
      [missing],
    );
    await this.learn(`where name = any ($1::text[])`, [missing]);
  }

  /** Makes known what exists of these names, without adding any: a reader's question must not grow the table. */
  async lookUp(names: readonly string[]): Promise<void> {
    const missing = names.filter((name) => !this.current.idByName.has(name));
    if (missing.length > 0) await this.learn(`where name = any ($1::text[])`, [missing]);
  }

  /** Makes every id of the rows known with at most one query, so that {@link known} answers from memory. */
  async preload(ids: Iterable<number>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.current.nameById.has(id));
    if (missing.length > 0) await this.learn(`where id = any ($1::int[])`, [missing]);
  }

  /** The name of an id that {@link preload} has made known. */
  known(id: number): string {
    const name = this.current.nameById.get(id) ?? this.former.nameById.get(id);
    if (name === undefined) throw new Error(`${this.table} has no row ${id}, though an event refers to it`);
    return name;
  }

  private async learn(where: string, values: unknown[]): Promise<void> {
    const { rows } = await this.pool.query<{ id: number; name: string }>(
      `select id, name from ${this.table} ${where}`,
      values,
    );
    for (const { id, name } of rows) {
      this.current.idByName.set(name, id);
      this.current.nameById.set(id, name);
    }
  }

  private startAfresh(): void {
    this.former = this.current;
    this.current = newCache();
  }
}

interface Cache {
  readonly idByName: Map<string, number>;
  readonly nameById: Map<number, string>;
}

function newCache(): Cache {
  return { idByName: new Map(), nameById: new Map() };
}
