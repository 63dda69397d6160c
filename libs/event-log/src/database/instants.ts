/**
 * An instant as ms since 1970 UTC, in SQL. For hot reads: of a timestamptz the driver makes a Date, by a pattern match over
 * its text, for every row.
 */
export function msOf(column: string): string {
  return `(extract(epoch from ${column}) * 1000)::float8`;
}

/**
 * The clock of the database, as a value that TypeORM writes. Those of the instances may differ, and instants written by
 * several of them are compared.
 */
export function databaseNow(): string {
  return 'clock_timestamp()';
}
