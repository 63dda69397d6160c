import '@chargelog/features/access';
import '@chargelog/features/audit';
import '@chargelog/features/drift';
import '@chargelog/features/gaps';
import '@chargelog/features/quarantine';
import '@chargelog/features/reindex';
import '@chargelog/features/rejections';
import '@chargelog/features/replays';
import '@chargelog/features/sources';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';

let db: TestDatabase;
beforeAll(async () => (db = await createTestDatabase()));
afterAll(() => db.drop());

interface SchemaColumn {
  readonly type: string;
  readonly nullable: boolean;
}

async function schemaColumns(): Promise<ReadonlyMap<string, SchemaColumn>> {
  const { rows } = await db.database.pool.query<SchemaColumn & { column: string }>(
    `select format('%s.%s', c.relname, a.attname) as column, format_type(a.atttypid, null) as type,
            not a.attnotnull as nullable
       from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped`,
  );
  return new Map(rows.map(({ column, type, nullable }) => [column, { type, nullable }]));
}

/** In the words of the catalogue of Postgres. */
const POSTGRES_NAME: Readonly<Record<string, string>> = {
  int: 'integer',
  timestamptz: 'timestamp with time zone',
};

describe('entities', () => {
  it('say of every column what the migrations made it', async () => {
    const schema = await schemaColumns();
    const { dataSource } = db.database;
    expect(dataSource.entityMetadatas.map(({ tableName }) => tableName).toSorted()).toEqual([
      'api_key',
      'audit_entry',
      'drift',
      'kafka_gap',
      'kafka_position',
      'kafka_topic',
      'log_epoch',
      'notification',
      'quarantine',
      'reindex',
      'rejection',
      'rejection_count',
      'replay',
      'source',
      'source_secret',
      'tenant',
    ]);
    for (const { tableName, columns } of dataSource.entityMetadatas) {
      for (const column of columns.filter(({ isVirtualProperty }) => !isVirtualProperty)) {
        const name = `${tableName}.${column.databaseName}`;
        const type = dataSource.driver.normalizeType(column);
        expect({
          name,
          type: (POSTGRES_NAME[type] ?? type) + (column.isArray ? '[]' : ''),
          nullable: column.isNullable,
        }).toEqual({ name, ...schema.get(name) });
      }
    }
  });
});
