import { dataPlanOf, mask, normalize, renderData, type DataPlan } from '@chargelog/catalogue';
import { loadSamples } from '../fixtures/ampeco/load.js';
import { measureCatchUp } from './catch-up.js';
import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.js';
import { median, rotate, round2 } from './statistics.js';

interface Body {
  readonly name: string;
  readonly text: string;
  readonly plan: DataPlan;
}

/** What is done with a body; the bytes it ends as are part of the work, because lazily joined text is no result yet. */
type Work = (body: Body) => string;

const WORKS: Readonly<Record<string, Work>> = {
  'parse + stringify': ({ text }) => JSON.stringify(JSON.parse(text)),
  normalized: ({ text, plan }) => normalize(text, plan.normalizer).text,
  masked: ({ text, plan }) => mask(text, plan.mask).text,
  'normalized, masked': ({ text, plan }) => renderData(text, plan, { normalized: true, masked: true }).text,
};
const BASE = 'parse + stringify';

/** CPU per body by its size, and what it makes of a consumer's catch-up. */
export const normalizeScenario: Scenario = {
  name: 'normalize',
  describe:
    'CPU per body of normalizing and masking against JSON.parse + JSON.stringify; catch-up against a bare COPY',
  async run(options: ScenarioOptions): Promise<ScenarioResult> {
    const rounds = options.quick ? 7 : 25;
    // Targets: normalizing a body costs less than only parsing and writing it again, which converts nothing.
    const ratios: Record<string, number> = {};
    const figures: Record<string, unknown> = {};
    for (const body of bodies()) {
      const micros = measure(body, rounds, options.quick ? 4_000_000 : 16_000_000);
      const line = Object.entries(micros).map(([work, rows]) => `${work} ${median(rows).toFixed(2)} µs`);
      options.print(`${body.name.padEnd(34)} ${String(body.text.length).padStart(6)} B  ${line.join('  ')}`);
      figures[body.name] = Object.fromEntries(
        Object.entries(micros).map(([work, rows]) => [work, round2(median(rows))]),
      );
      // Round by round, so that a machine whose speed drifts changes both sides of a ratio alike.
      const each = (micros[BASE] ?? []).map(
        (base, round) => base / (micros['normalized']?.[round] ?? Number.NaN),
      );
      ratios[ratioName(body.name)] = round2(median(each));
    }
    const catchUp = await measureCatchUp(options);
    Object.assign(ratios, catchUp.ratios);
    return {
      ratios,
      targets: {
        ...catchUp.targets,
        ...Object.fromEntries(bodies().map(({ name }) => [ratioName(name), 1])),
      },
      figures: { ...figures, 'catch-up': catchUp.figures },
    };
  },
};

function ratioName(body: string): string {
  return `${BASE} / normalized, ${body}`;
}

/** Samples by size; the large ones repeat what the samples hold, as long charging sessions and big sites do. */
function bodies(): Body[] {
  const samples = new Map(loadSamples().map(({ file, body }) => [file, body.toString()]));
  const sample = (name: string): string => samples.get(`${name}.json`) ?? '';
  const grown = (name: string, list: RegExp, times: number): string =>
    sample(name).replace(list, (_, before: string, items: string) => {
      return `${before}[${Array.from({ length: times }, () => items).join(',')}]`;
    });
  const meterValues = /("meterValues":)\[(.*)\]/;
  const evses = /("evses":)\[(.*)\]/;
  return [
    { name: '300 B hardware status', text: sample('HardwareStatusNotification') },
    { name: '600 B session', text: sample('session.start.stop.notification') },
    { name: '1 KB meter values', text: sample('SessionMeterValuesNotification') },
    { name: '2 KB session update', text: sample('SessionUpdateNotification') },
    { name: '3 KB charge point', text: sample('ChargePointChangedNotification') },
    { name: '30 KB meter values', text: grown('SessionMeterValuesNotification', meterValues, 48) },
    { name: '30 KB charge point', text: grown('ChargePointChangedNotification', evses, 19) },
  ].map(({ name, text }) => {
    const { notification } = JSON.parse(text) as { notification: string };
    return { name, text, plan: dataPlanOf(notification) as DataPlan };
  });
}

/** µs of CPU per body, for each work and round; every cell goes through about `characters` of text. */
function measure(body: Body, rounds: number, characters: number): Record<string, number[]> {
  const times = Math.ceil(characters / rounds / body.text.length);
  const sink = Buffer.allocUnsafe(body.text.length * 3);
  const works = Object.entries(WORKS);
  const cells: Record<string, number[]> = Object.fromEntries(works.map(([name]) => [name, []]));
  // Texts come out of the database one by one; a text that is the same object each time would flatter caches.
  const texts = Array.from({ length: 64 }, () => Buffer.from(body.text).toString());
  for (let round = -2; round < rounds; round++) {
    for (const [name, work] of rotate(works, round + 2)) {
      const before = process.cpuUsage();
      for (let i = 0; i < times; i++) {
        sink.write(work({ ...body, text: texts[i % texts.length] ?? '' }));
      }
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) cells[name]?.push((user + system) / times);
    }
  }
  return cells;
}
