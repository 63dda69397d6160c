import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { CATALOGUE_VERSION, dataPlanOf, renderData, type DataForm } from '@chargelog/catalogue';
import { newUuidV7 } from '@chargelog/domain';
import { Database, Dictionaries, PgEventLog, PgEventReader, type PgConnection } from '@chargelog/event-log';
import { renderCloudEvent } from '@chargelog/features/events';
import { registerSources } from '@chargelog/features/sources';
import { prepare } from '@chargelog/pipeline';
import { launchPostgres } from '@chargelog/postgres-launcher';
import { migrations } from '../../migrations/index.js';
import { notificationBody } from './bodies.js';
import type { ScenarioOptions, ScenarioResult } from './scenario.js';
import { median, rotate, round2 } from './statistics.js';

const BATCH = 500;
const PAGE = 1_000;
const NORMALIZED = { normalized: true, masked: false };

interface Cell {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

type DataOf = (body: string, notification: string) => string;

/** Reads the whole log once and gives the number of rows. */
type Reader = () => Promise<number>;

/** A page of the log in the order of its primary key, bodies as text; nothing is parsed that is only passed on. */
const PAGE_BY_ID = `select id, notification_id, convert_from(raw, 'UTF8') from event where id > $1 order by id limit ${PAGE}`;
const AS_TEXT = { getTypeParser: () => (value: string) => value };

/**
 * A consumer that reads the log from its beginning: pages, each event a line of NDJSON, encoded. Beside it `COPY … TO
 * STDOUT` of the same rows, whose chunks this process receives and drops: the most that one connection can deliver here.
 * The socket to the consumer is in neither. Taken twice, by the least that a reader can do and by the feed's reader.
 */
export async function measureCatchUp({ quick, print }: ScenarioOptions): Promise<ScenarioResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'chargelog-perf-'));
  const postgres = await launchPostgres({ dataDir, log: () => undefined });
  const client = new pg.Client(postgres.connection);
  const { connection } = postgres;
  const database = await Database.open({ connection, migrations, poolSize: 2 });
  try {
    await database.migrate();
    const names = new Dictionaries(database.pool);
    const count = await fill(connection, database, names, quick ? 20_000 : 100_000);
    await client.connect();
    await client.query('vacuum analyze');
    const notifications = await namesOf(client);
    const feed = new PgEventReader(database, names);
    const pages = (dataOf: DataOf) => readPages(client, notifications, dataOf);
    const readers: Readonly<Record<string, Reader>> = {
      copy: async () =>
        (await client.query('copy (select * from event) to stdout (format binary)')).rowCount ?? 0,
      raw: () => pages((body) => body),
      normalized: () => pages(normalizedData),
      'parse + stringify': () => pages((body) => JSON.stringify(JSON.parse(body))),
      'feed, raw': () => readFeed(feed, { ...NORMALIZED, normalized: false }),
      'feed, normalized': () => readFeed(feed, NORMALIZED),
    };
    const cells = await measure(readers, count, quick ? 3 : 7, print);
    return summarize(cells);
  } finally {
    await client.end();
    await database.close();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const normalizedData: DataOf = (body, notification) => {
  const plan = dataPlanOf(notification);
  if (plan === undefined) throw new Error('the newest major is always there');
  return renderData(body, plan, NORMALIZED).text;
};

async function namesOf(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ id: number; name: string }>('select id, name from notification');
  return new Map(rows.map(({ id, name }) => [String(id), name]));
}

/** The least that a catch-up has to do: a page in, its lines out. */
async function readPages(
  client: pg.Client,
  notifications: ReadonlyMap<string, string>,
  dataOf: DataOf,
): Promise<number> {
  let rows = 0;
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const page = await client.query<[id: string, notification: string, body: string]>({
      name: 'page_by_id',
      text: PAGE_BY_ID,
      values: [after],
      rowMode: 'array',
      types: AS_TEXT,
    });
    let lines = '';
    for (const [id, notification, body] of page.rows) {
      const name = notifications.get(notification) ?? '';
      lines += `{"id":"${id}","notification":"${name}","data":${dataOf(body, name)}}\n`;
    }
    if (Buffer.from(lines).length < page.rows.length * 100) throw new Error('the lines are missing');
    rows += page.rows.length;
    if (page.rows.length < PAGE) return rows;
    after = page.rows.at(-1)?.[0] ?? after;
  }
}

/** The gateway's own way: events as objects, rendered as CloudEvents. */
async function readFeed(feed: PgEventReader, form: DataForm): Promise<number> {
  let rows = 0;
  let after = 0n;
  for (let more = true; more;) {
    const slice = await feed.feed(after, PAGE, {});
    const lines = slice.events.map((event) => `${renderCloudEvent(event, form)}\n`).join('');
    if (Buffer.from(lines).length < slice.events.length * 100) throw new Error('the lines are missing');
    rows += slice.events.length;
    after = slice.position;
    ({ more } = slice);
  }
  return rows;
}

async function measure(
  readers: Readonly<Record<string, Reader>>,
  count: number,
  rounds: number,
  print: ScenarioOptions['print'],
): Promise<Map<string, Cell[]>> {
  const cells = new Map<string, Cell[]>(Object.keys(readers).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, read] of rotate(Object.entries(readers), round)) {
      const startedAt = performance.now();
      const cpu = process.cpuUsage();
      const rows = await read();
      if (rows !== count) throw new Error(`${name} gave ${rows} rows of ${count}`);
      const { user, system } = process.cpuUsage(cpu);
      const perSecond = rows / ((performance.now() - startedAt) / 1_000);
      if (round > 0) cells.get(name)?.push({ perSecond, cpuMicros: (user + system) / rows });
    }
    if (round === 0) continue;
    const line = [...cells].map(([name, rows]) => `${name} ${Math.round(rows.at(-1)?.perSecond ?? 0)}/s`);
    print(`catch-up round ${round}  ${line.join('  ')}`);
  }
  return cells;
}

function summarize(cells: ReadonlyMap<string, readonly Cell[]>): ScenarioResult {
  const copy = cells.get('copy') ?? [];
  const against = (name: string): number =>
    round2(
      median(
        (cells.get(name) ?? []).map(
          ({ perSecond }, round) => perSecond / (copy[round]?.perSecond ?? Number.NaN),
        ),
      ),
    );
  return {
    ratios: {
      'catch-up raw / COPY': against('raw'),
      'catch-up normalized / COPY': against('normalized'),
    },
    targets: { 'catch-up raw / COPY': 0.25, 'catch-up normalized / COPY': 0.09 },
    figures: {
      ofCopy: Object.fromEntries([...cells.keys()].map((name) => [name, against(name)])),
      rowsPerSecond: medians(cells, ({ perSecond }) => Math.round(perSecond)),
      /** Of this process alone; on a busy machine it tells more than the clock does. */
      cpuMicrosPerRow: medians(cells, ({ cpuMicros }) => round2(cpuMicros)),
    },
  };
}

function medians(
  cells: ReadonlyMap<string, readonly Cell[]>,
  figure: (cell: Cell) => number,
): Record<string, number> {
  return Object.fromEntries([...cells].map(([name, rows]) => [name, median(rows.map(figure))]));
}

async function fill(
  connection: PgConnection,
  database: Database,
  names: Dictionaries,
  count: number,
): Promise<number> {
  const [source] = await registerSources(database.dataSource, [
    { name: 'perf', kind: 'webhook', tenant: 'demo' },
  ]);
  if (source === undefined) throw new Error('the source was not registered');
  const eventLog = new PgEventLog({
    connection,
    dictionaries: names,
    catalogueVersion: CATALOGUE_VERSION,
    retryForMs: 5_000,
    log: () => undefined,
  });
  const now = Date.now();
  for (let index = 0; index < count; index += BATCH) {
    const entries = Array.from({ length: BATCH }, (_, offset) => {
      const body = notificationBody(index + offset, now);
      return prepare({ key: newUuidV7(now), source, receivedAt: now, body, headers: {} });
    });
    await eventLog.append({ entries, positions: [] });
  }
  await eventLog.close();
  return count;
}
