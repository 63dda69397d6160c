import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { CATALOGUE_VERSION } from '@chargelog/catalogue';
import { newUuidV7, type JsonObject, type Source } from '@chargelog/domain';
import { Database, Dictionaries, PgEventLog, type PgConnection } from '@chargelog/event-log';
import { DriftRecorder, DriftStore } from '@chargelog/features/drift';
import { registerSources } from '@chargelog/features/sources';
import { prepare, type EventLog } from '@chargelog/pipeline';
import { launchPostgres } from '@chargelog/postgres-launcher';
import { migrations } from '../../migrations/index.js';
import { notificationBody } from './bodies.js';
import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.js';
import { median, rotate, round2 } from './statistics.js';

const BATCH = 500;
/** Batches of a block and side, in turn. Each block ends with a write of the recorder, twice as often as it really writes. */
const BATCHES = 16;

/** Makes a body of what it is given, or leaves it as it is. */
type Mix = (body: JsonObject, index: number) => JsonObject;

/** No sender of ours does this: every row is new until its name is full. */
const HOSTILE = 'every body with a field of its own';
const MIXES: Readonly<Record<string, Mix>> = {
  '5 % drifting': (body, index) => (index % 20 === 0 ? withNewMember(body, 'addedLater') : body),
  'every body with one new field': (body) => withNewMember(body, 'addedLater'),
  [HOSTILE]: (body, index) => withNewMember(body, `added${index}`),
};

/** What keeping the drift report costs on the way of an event from its bytes to the commit. */
export const driftScenario: Scenario = {
  name: 'drift',
  describe: 'CPU per stored event with the drift recorder on against off, on the real append path',
  async run(options: ScenarioOptions): Promise<ScenarioResult> {
    const dataDir = mkdtempSync(join(tmpdir(), 'chargelog-perf-'));
    const postgres = await launchPostgres({ dataDir, log: () => undefined });
    try {
      const cells = await measure(postgres.connection, options);
      const ratios: Record<string, number> = {};
      const figures: Record<string, unknown> = {};
      for (const [mix, { off, on }] of Object.entries(cells)) {
        // Block by block, so that a machine whose speed drifts changes both sides alike.
        const ratio = round3(median(off.map((micros, i) => micros / (on[i] ?? Number.NaN))));
        if (mix !== HOSTILE) ratios[`off / on, ${mix}`] = ratio;
        figures[mix] = { ratio, offMicros: round2(median(off)), onMicros: round2(median(on)) };
      }
      // At most 3 % more.
      const targets = Object.fromEntries(Object.keys(ratios).map((name) => [name, 0.97]));
      return { ratios, targets, figures };
    } finally {
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};

interface Cells {
  readonly off: number[];
  readonly on: number[];
}

async function measure(
  connection: PgConnection,
  { quick, print }: ScenarioOptions,
): Promise<Readonly<Record<string, Cells>>> {
  const database = await Database.open({ connection, migrations, poolSize: 2 });
  await database.migrate();
  const [source] = await registerSources(database.dataSource, [
    { name: 'perf', kind: 'webhook', tenant: 'demo' },
  ]);
  if (source === undefined) throw new Error('the source was not registered');
  const pool = new pg.Pool({ ...connection, max: 2 });
  const eventLog = new PgEventLog({
    connection,
    dictionaries: new Dictionaries(pool),
    catalogueVersion: CATALOGUE_VERSION,
    retryForMs: 1_000,
    log: () => undefined,
  });
  const cells = Object.fromEntries(
    Object.keys(MIXES).map((mix): [string, Cells] => [mix, { off: [], on: [] }]),
  );
  const rounds = quick ? 6 : 30;
  let firstIndex = 0;
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const [name, mix] of rotate(Object.entries(MIXES), round)) {
        const bodies = makeBodies(firstIndex, mix);
        firstIndex += bodies.length;
        const { off, on } = await costsOf(bodies, {
          source,
          eventLog,
          store: new DriftStore(database.dataSource),
        });
        // The first round compiles.
        if (round === 0) continue;
        cells[name]?.off.push(off);
        cells[name]?.on.push(on);
        print(`round ${round}  ${name.padEnd(36)} off ${off.toFixed(2)} µs  on ${on.toFixed(2)} µs`);
      }
    }
    return cells;
  } finally {
    await eventLog.close();
    await pool.end();
    await database.close();
  }
}

interface Path {
  readonly source: Source;
  readonly eventLog: EventLog;
  readonly store: DriftStore;
}

/** µs of this process's CPU per event, from bytes to the commit, what the recorder writes included; sides take turns. */
async function costsOf(
  bodies: readonly Buffer[],
  { source, eventLog, store }: Path,
): Promise<Readonly<Record<'off' | 'on', number>>> {
  const recorder = new DriftRecorder({ store, log: (_level, message) => fail(message) });
  const logs = { off: eventLog, on: recorder.watch(eventLog) };
  const micros = { off: 0, on: 0 };
  for (let batch = 0; batch < 2 * BATCHES; batch++) {
    // off on, on off, off on …: neither side always runs first.
    const side = (batch + (batch >> 1)) % 2 === 0 ? 'off' : 'on';
    const before = process.cpuUsage();
    const entries = bodies.slice(batch * BATCH, (batch + 1) * BATCH).map((body) => {
      const receivedAt = Date.now();
      return prepare({ key: newUuidV7(receivedAt), source, receivedAt, body, headers: {} });
    });
    const outcomes = await logs[side].append({ entries, positions: [] });
    micros[side] += since(before);
    if (outcomes.some(({ outcome }) => outcome !== 'stored')) fail('a body was not new');
  }
  const before = process.cpuUsage();
  await recorder.close();
  micros.on += since(before);
  return { off: micros.off / (BATCH * BATCHES), on: micros.on / (BATCH * BATCHES) };
}

function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Distinct bodies that depart in nothing but what the mix adds. */
function makeBodies(firstIndex: number, mix: Mix): readonly Buffer[] {
  const now = Date.now();
  const bodies: Buffer[] = [];
  for (let index = firstIndex; bodies.length < 2 * BATCHES * BATCH; index++) {
    const body = JSON.parse(notificationBody(index, now).toString()) as JsonObject;
    bodies.push(Buffer.from(JSON.stringify(mix(body, index))));
  }
  return bodies;
}

function withNewMember(body: JsonObject, name: string): JsonObject {
  return { ...body, [name]: true };
}

function fail(message: string): never {
  throw new Error(message);
}

function round3(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
