import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Database, type PgConnection } from '@chargelog/event-log';
import { registerSources } from '@chargelog/features/sources';
import { launchPostgres } from '@chargelog/postgres-launcher';
import { migrations } from '../../migrations/index.js';
import type { LoadOrder, LoadResult } from './load-generator.js';
import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.js';
import type { WebhookServerOrder, WebhookVariant } from './webhook-server.js';

const SECRET = 'secret-of-the-benchmark-only-0000';
const VARIANTS: readonly WebhookVariant[] = ['noop', 'no-database', 'durable', 'insert-per-request'];
const CONNECTIONS = 64;
/** More than any variant can use up in a second on this kind of machine. */
const BODIES_PER_SECOND = 22_000;

interface Cell {
  readonly perSecond: number;
  readonly cpuMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Durable webhooks per second, beside the same HTTP stack doing less or doing it the usual way. */
export const webhookScenario: Scenario = {
  name: 'webhook',
  describe:
    'signed webhooks acknowledged after commit, 64 connections, against no-op, no database and one INSERT each',
  async run(options: ScenarioOptions): Promise<ScenarioResult> {
    const seconds = options.quick ? 3 : 8;
    const rounds = options.quick ? 3 : 5;
    const dataDir = mkdtempSync(join(tmpdir(), 'chargelog-perf-'));
    const postgres = await launchPostgres({ dataDir, log: () => undefined });
    const servers = new Map<WebhookVariant, { child: ChildProcess; port: number }>();
    try {
      const connections = new Map<WebhookVariant, PgConnection>();
      for (const variant of VARIANTS) {
        const connection = await freshDatabase(postgres.connection, variant.replaceAll('-', '_'));
        connections.set(variant, connection.connection);
        servers.set(variant, await startServer({ ...connection, variant, secret: SECRET }));
      }
      const cells = new Map<WebhookVariant, Cell[]>(VARIANTS.map((variant) => [variant, []]));
      let acknowledged = 0;
      let found = 0;
      let firstIndex = 0;
      for (let round = 0; round <= rounds; round += 1) {
        const warmUp = round === 0;
        for (const variant of rotate(VARIANTS, round)) {
          const server = servers.get(variant) as { child: ChildProcess; port: number };
          const cpuBefore = await cpuOf(server.child);
          const spanSeconds = warmUp ? 1 : seconds;
          const bodies = spanSeconds * BODIES_PER_SECOND;
          const result = await load({
            port: server.port,
            path: '/webhooks/perf',
            secret: SECRET,
            connections: CONNECTIONS,
            seconds: spanSeconds,
            firstIndex,
            bodies,
            now: Date.now(),
          });
          firstIndex += bodies;
          const cpuMicros = ((await cpuOf(server.child)) - cpuBefore) / result.acknowledged;
          if (result.refused > 0) throw new Error(`${variant} refused ${result.refused} requests`);
          if (variant === 'durable') {
            acknowledged += result.acknowledged;
            found += await countFound(connections.get(variant) as PgConnection, result.eventIds);
          }
          if (warmUp) continue;
          const cell = {
            perSecond: result.acknowledged / result.seconds,
            cpuMicros,
            p50Ms: result.p50Ms,
            p99Ms: result.p99Ms,
          };
          cells.get(variant)?.push(cell);
          options.print(
            `round ${round}  ${variant.padEnd(18)} ${Math.round(cell.perSecond).toString().padStart(6)}/s  ` +
              `p50 ${cell.p50Ms.toFixed(1)} ms  p99 ${cell.p99Ms.toFixed(1)} ms  server CPU ${cell.cpuMicros.toFixed(0)} µs each`,
          );
        }
      }
      options.print(`acknowledged ${acknowledged}, found in the table ${found}`);
      if (found !== acknowledged) throw new Error('acknowledged events are missing from the table');
      return summarize(cells);
    } finally {
      for (const { child } of servers.values()) child.disconnect(); // they end with their channel
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};

function summarize(cells: ReadonlyMap<WebhookVariant, readonly Cell[]>): ScenarioResult {
  // Round by round, so that a machine whose speed drifts changes both sides of a ratio alike.
  const ratio = (against: WebhookVariant): number =>
    median(
      (cells.get('durable') ?? []).map(
        (cell, i) => cell.perSecond / (cells.get(against)?.[i]?.perSecond ?? Number.NaN),
      ),
    );
  return {
    ratios: {
      'durable / no-op': round2(ratio('noop')),
      'durable / no database': round2(ratio('no-database')),
      'durable / one INSERT per request': round2(ratio('insert-per-request')),
    },
    targets: {
      'durable / no-op': 0.5,
      'durable / no database': 0.8,
      'durable / one INSERT per request': 2.5,
    },
    figures: Object.fromEntries(
      [...cells].map(([variant, rows]) => [
        variant,
        {
          perSecond: Math.round(median(rows.map((row) => row.perSecond))),
          p50Ms: round2(median(rows.map((row) => row.p50Ms))),
          p99Ms: round2(median(rows.map((row) => row.p99Ms))),
          serverCpuMicros: Math.round(median(rows.map((row) => row.cpuMicros))),
        },
      ]),
    ),
  };
}

async function freshDatabase(
  admin: PgConnection,
  name: string,
): Promise<Pick<WebhookServerOrder, 'connection' | 'source'>> {
  const client = new pg.Client(admin);
  await client.connect();
  await client.query(`create database perf_${name}`);
  await client.end();
  const connection = { ...admin, database: `perf_${name}` };
  const database = await Database.open({ connection, migrations, poolSize: 2 });
  await database.migrate();
  const [source] = await registerSources(database.dataSource, [
    { name: 'perf', kind: 'webhook', tenant: 'demo' },
  ]);
  await database.close();
  if (source === undefined) throw new Error('the source was not registered');
  return { connection, source };
}

async function startServer(order: WebhookServerOrder): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(new URL('./webhook-server.js', import.meta.url));
  child.send(order);
  const { port } = await answer<{ port: number }>(child);
  return { child, port };
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const child = fork(new URL('./load-generator.js', import.meta.url));
  child.send(order);
  return answer<LoadResult>(child);
}

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu');
  return (await answer<{ cpuMicros: number }>(child)).cpuMicros;
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      child.removeAllListeners('exit');
      resolve(message as T);
    });
    child.once('exit', (code) => reject(new Error(`a benchmark process ended with ${code}`)));
  });
}

async function countFound(connection: PgConnection, eventIds: readonly string[]): Promise<number> {
  const client = new pg.Client(connection);
  await client.connect();
  const { rows } = await client.query<{ n: string }>(
    'select count(*) as n from unnest($1::uuid[]) as a(id) where exists (select from event e where e.id = a.id)',
    [eventIds],
  );
  await client.end();
  return Number(rows[0]?.n);
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
