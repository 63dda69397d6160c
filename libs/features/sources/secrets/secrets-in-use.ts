import type { SourceSecret } from '../source-secret.store.js';
import { fingerprintOf } from './fingerprint.js';

/** A secret in the clear, under the name that deliveries are recorded with. */
export interface PlainSecret {
  readonly name: string;
  readonly value: string;
}

export interface SecretsInUse {
  /** Those of the configuration first, each secret once. */
  readonly secrets: readonly PlainSecret[];
  /** By the name of a secret that is stored: the id of its row. */
  readonly rowIds: ReadonlyMap<string, string>;
  /** Rows that no key opens; they verify nothing. */
  readonly unreadable: readonly SourceSecret[];
}

/** What verifies the deliveries of one source: its configured secrets, and those stored beside them. */
export function secretsInUse(
  own: readonly PlainSecret[],
  rows: readonly SourceSecret[],
  reveal: (row: SourceSecret) => string | undefined,
): SecretsInUse {
  const names = new Set(own.map(({ name }) => name));
  const known = new Set(own.map(({ value }) => fingerprintOf(value)));
  const rowIds = new Map<string, string>();
  for (const { name, value } of own) {
    // The same secret may have been added by the API too; what is configured is what it is known as.
    const same = rows.filter(({ fingerprint }) => fingerprint === fingerprintOf(value));
    const row = same.find(({ origin }) => origin === 'configuration') ?? same[0];
    if (row !== undefined) rowIds.set(name, row.id);
  }
  const added: PlainSecret[] = [];
  const unreadable: SourceSecret[] = [];
  for (const row of rows) {
    if (known.has(row.fingerprint)) continue;
    const value = reveal(row);
    if (value === undefined) {
      unreadable.push(row);
      continue;
    }
    // Two secrets of one name must stay apart: "last seen signing" says which of them may go.
    const name = names.has(row.name) ? `${row.name}+${row.fingerprint}` : row.name;
    names.add(name);
    known.add(row.fingerprint);
    rowIds.set(name, row.id);
    added.push({ name, value });
  }
  return { secrets: [...own, ...added], rowIds, unreadable };
}
