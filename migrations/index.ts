import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Every change of the schema, in the order they run. Each runs once, in one transaction of its own.
 *
 * A released migration and its files are never edited: databases that have run it would differ from new ones. A change is a
 * new line at the end, with a name that ends in the time it was written (ms since 1970, TypeORM orders by it) and the files
 * it runs, `<time>-<verb>-<noun>.sql`. A function stands whole in one file: a change of it is the whole function again, with
 * its reasons, in `functions/<function>.<time>.sql`, where the latest file is what runs. A function with other parameters is
 * another function: the former one stays for one release, because instances of the former version still call it while they
 * are replaced one by one.
 *
 * Files are named one by one, so that a build which loses one fails at once instead of making another schema.
 */
export const migrations: (new () => MigrationInterface)[] = [
  fromSql('CreateSchema1795651200000', [
    'functions/partitions.sql',
    '1795651200000-create-event-log.sql',
    'functions/append_events.sql',
    'functions/feed.sql',
    '1795651200000-create-kafka-positions.sql',
    'functions/move_kafka_positions.sql',
    '1795651200000-create-rejections.sql',
    '1795651200000-create-access.sql',
    '1795651200000-create-replays.sql',
    '1795651200000-create-drift.sql',
  ]),
];

/**
 * A migration that runs these files of this folder. They are read now, when the list is loaded, so that a missing one ends
 * every start, as a missing module would, and not only the first one on an empty database.
 *
 * @throws Error that names the file that cannot be read.
 */
export function fromSql(name: string, files: readonly string[]): new () => MigrationInterface {
  const parts = files.map((file) => ({ file, statements: read(file) }));
  return class implements MigrationInterface {
    readonly name = name;

    async up(queryRunner: QueryRunner): Promise<void> {
      for (const { file, statements } of parts) {
        try {
          await queryRunner.query(statements);
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          throw new Error(`migrations/${file}: ${reason}`, { cause: error });
        }
      }
    }

    /** The gateway never calls it, and what drops tables drops events. The way back is the backup (docs/operations.md). */
    down(): Promise<void> {
      return Promise.reject(new Error(`${name} cannot be undone; restore the backup`));
    }
  };
}

/** Beside this file: in the sources, and in `dist`, where the build copies them (nest-cli.json). */
function read(file: string): string {
  const url = new URL(file, import.meta.url);
  try {
    return readFileSync(url, 'utf8');
  } catch (error) {
    throw new Error(`The migration ${fileURLToPath(url)} cannot be read. Build again: npm run build.`, {
      cause: error,
    });
  }
}
