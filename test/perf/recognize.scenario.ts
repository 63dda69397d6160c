import { departuresOf, recognize } from '@chargelog/catalogue';
import { identify, readNotificationBody, type JsonObject } from '@chargelog/domain';
import { loadSamples } from '../fixtures/ampeco/load.js';
import { notificationBody } from './bodies.js';
import type { Scenario } from './scenario.js';

/** A body in the forms that the stages take it in. */
interface Work {
  readonly bytes: Buffer;
  readonly text: string;
  readonly notification: string;
  readonly parsed: JsonObject;
  /** The same with one member more, in the outermost object that holds more than a name. */
  readonly drifting: JsonObject;
}

type Step = (work: Work) => unknown;

const STEPS = {
  parse: ({ text }) => JSON.parse(text),
  identify: ({ bytes }) => {
    const read = readNotificationBody(bytes);
    return read.ok ? identify({ tenant: 'acme', read, body: bytes }) : undefined;
  },
  read: ({ bytes }) => readNotificationBody(bytes),
  check: ({ notification, parsed }) => departuresOf(notification, parsed),
  checkDrifting: ({ notification, drifting }) => departuresOf(notification, drifting),
  recognize: ({ notification, parsed }) => recognize(notification, parsed),
} as const satisfies Record<string, Step>;

type Costs = Readonly<Record<keyof typeof STEPS, number>>;

/** What recognition and its schema check cost beside the parsing and identifying that every body needs. */
export const recognizeScenario: Scenario = {
  name: 'recognize',
  describe: 'CPU of naming and judging a body, beside JSON.parse and the event id',
  run: ({ quick, print }) => {
    const sets = toSets();
    const costs = new Map(Object.entries(sets).map(([name, works]) => [name, measure(works, quick)]));
    for (const [name, cost] of costs) print(`${name.padEnd(24)} ${describeCosts(cost)}`);

    const ratios: Record<string, number> = {};
    for (const [name, cost] of costs) {
      const needed = cost.parse + (cost.identify - cost.read);
      ratios[`parse + identify : check, ${name}`] = needed / cost.check;
      ratios[`parse + identify : drift, ${name}`] = needed / cost.checkDrifting;
    }
    // A check below half of what parsing and identifying cost; a drifting body, below the whole.
    const targets = Object.fromEntries(
      Object.keys(ratios).map((ratio) => [ratio, ratio.includes('drift') ? 1 : 2]),
    );
    return Promise.resolve({ ratios, targets, figures: { microsecondsPerBody: Object.fromEntries(costs) } });
  },
};

function toSets(): Readonly<Record<string, readonly Work[]>> {
  const samples = loadSamples().filter(({ departures }) => departures.length === 0);
  const sized = (from: number, to: number): Work[] =>
    samples.filter(({ body }) => body.length >= from && body.length < to).map(({ body }) => toWork(body));
  const mix = Array.from({ length: 500 }, (_, index) => toWork(notificationBody(index, 1_773_480_413_000)));
  return {
    'samples < 300 B': sized(0, 300),
    'samples 300 to 1000 B': sized(300, 1_000),
    'samples > 1000 B': sized(1_000, 1e6),
    'mix of a busy network': mix.filter(
      ({ notification, parsed }) => departuresOf(notification, parsed).length === 0,
    ),
  };
}

function toWork(body: Buffer): Work {
  const text = body.toString();
  const parsed = JSON.parse(text) as JsonObject;
  const inner = Object.entries(parsed).find(
    ([, value]) => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  const drifting =
    inner === undefined
      ? { ...parsed, addedLater: true }
      : { ...parsed, [inner[0]]: { ...(inner[1] as JsonObject), addedLater: true } };
  return { bytes: body, text, notification: parsed['notification'] as string, parsed, drifting };
}

/** Microseconds of CPU per body and step: the lowest of several rounds in which the steps take turns. */
function measure(works: readonly Work[], quick: boolean): Costs {
  const rounds = quick ? 5 : 15;
  const bodies = quick ? 20_000 : 60_000;
  const best: Record<string, number> = {};
  for (let round = 0; round <= rounds; round++) {
    for (const [name, step] of Object.entries<Step>(STEPS)) {
      const cost = costOf(step, works, bodies);
      // The first round compiles.
      if (round > 0) best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, cost);
    }
  }
  return best as Costs;
}

function costOf(step: Step, works: readonly Work[], bodies: number): number {
  const before = process.cpuUsage();
  for (let index = 0; index < bodies; index++) step(works[index % works.length] as Work);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / bodies;
}

function describeCosts(costs: Costs): string {
  return Object.entries(costs)
    .map(([step, cost]) => `${step} ${cost.toFixed(2)} µs`)
    .join(', ');
}
