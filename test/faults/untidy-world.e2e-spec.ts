import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@test/eventually.js';
import { findKafka } from '@test/kafka/find-kafka.js';
import { DISTURBANCES, pick, seeded } from '@test/untidy/disturbances.js';
import { TOPIC_NAMES, UntidyWorld, type Unread } from '@test/untidy/untidy-world.js';

/** Two minutes in `npm run test:long`; the run by hand: `UNTIDY_MINUTES=60`, with `UNTIDY_SEED` of a run that failed. */
const MINUTES = Number(process.env['UNTIDY_MINUTES'] ?? (process.env['LONG_SEARCH'] === undefined ? 0 : 2));
const SEED = Number(process.env['UNTIDY_SEED'] ?? Date.now() % 1_000_000);
/** Something that is not read is named within a minute; the rest is for the look of health and of this test. */
const NAMED_WITHIN_MS = 70_000;
/** A backlog that has just begun to be read is told by the lag; a record that is due is read within this. */
const CAUGHT_UP_WITHIN_MS = 10_000;
const SETTLES_WITHIN_MS = 180_000;

const found = await findKafka();
const canRun = found.available && found.origin.kind === 'java' && MINUTES > 0;
const why = MINUTES > 0 ? 'needs a broker from Java' : 'runs in test:long';

interface Readiness {
  readonly status: string;
  readonly kafka: readonly { readonly state: string; readonly detail?: string; readonly lag?: string }[];
}

describe.skipIf(!canRun)(`an untidy world${canRun ? `, seed ${SEED}` : ` (skipped: ${why})`}`, () => {
  let world: UntidyWorld;
  beforeAll(async () => {
    world = await UntidyWorld.open();
  });
  afterAll(() => world?.close());

  const readiness = () =>
    world.gateway.api<Readiness>('/health/ready').then(
      ({ status, body }) => ({ isReady: status === 200, kafka: body.kafka }),
      (error: unknown) => ({ isReady: false, kafka: [{ state: String(error), lag: undefined }] }),
    );

  it(
    'never sees the gateway say ready while a record lies unread for longer than a minute, and is read in the end',
    { timeout: (MINUTES + 10) * 60_000 },
    async () => {
      const random = seeded(SEED);
      const until = performance.now() + MINUTES * 60_000;
      const over = new AbortController();
      const story: string[] = [];
      let disturbances = 0;
      const tell = (text: string) => story.push(`${Math.round(performance.now() / 1_000)} s: ${text}`);
      const lies: { readonly unread: Unread; readonly forMs: number }[] = [];
      const looks = { ready: 0, notReady: 0 };
      let readySince: number | undefined;

      const writing = repeat(over.signal, 250, () => world.write(pick(TOPIC_NAMES, Math.random)));
      const acknowledging = repeat(over.signal, 3_000, () => world.acknowledgeGaps());
      const looking = repeat(over.signal, 1_000, async () => {
        const at = performance.now();
        const before = await readiness();
        await world.settle();
        const after = await readiness();
        const isReady = before.isReady && after.isReady;
        looks[isReady ? 'ready' : 'notReady'] += 1;
        if (isReady !== (readySince !== undefined))
          tell(`${isReady ? 'ready' : 'not ready'} ${JSON.stringify(after.kafka)}`);
        readySince = isReady ? (readySince ?? at) : undefined;
        if (readySince === undefined) return;
        const isCatchingUp =
          performance.now() - readySince < CAUGHT_UP_WITHIN_MS && after.kafka.every(({ lag }) => lag !== '0');
        for (const unread of isCatchingUp ? [] : world.unread.values()) {
          const forMs = at - unread.since;
          if (forMs > NAMED_WITHIN_MS) lies.push({ unread, forMs });
        }
      });

      while (performance.now() < until && lies.length === 0) {
        const name = pick(Object.keys(DISTURBANCES), random);
        // Mostly short, and now and then so long that it has to be named.
        const forMs = random() < 0.25 ? 60_000 + random() * 40_000 : random() * 15_000;
        disturbances += 1;
        tell(`${name}, for ${Math.round(forMs / 1_000)} s if it ends`);
        const end = await DISTURBANCES[name]?.(world, random).catch((error: unknown) => {
          tell(`${name} did not come about: ${String(error)}`);
          return undefined;
        });
        if (end !== undefined) await pause(forMs);
        await Promise.resolve(end?.()).catch((error: unknown) =>
          tell(`${name} ended badly: ${String(error)}`),
        );
        await pause(random() * 10_000);
      }
      tell('no more disturbances');
      const settled = await eventually(
        async () => {
          await world.settle();
          return { ...(await readiness()), unread: [...world.unread.values()].slice(0, 5) };
        },
        ({ isReady, unread }) =>
          lies.length > 0 || (isReady && unread.every(({ since }) => performance.now() - since < 5_000)),
        { timeoutMs: SETTLES_WITHIN_MS },
      ).catch((error: unknown) => ({ isReady: false, why: String(error) }));
      over.abort();
      await Promise.all([writing, acknowledging, looking]);

      const { writtenCount } = world;
      process.stdout.write(
        `untidy world, seed ${SEED}: ${writtenCount} records, ready at ${looks.ready} of ${looks.ready + looks.notReady} looks, ` +
          `${disturbances} disturbances\n`,
      );
      expect(lies, story.join('\n')).toEqual([]);
      expect(settled, story.join('\n')).toMatchObject({ isReady: true });
      expect(looks.ready).toBeGreaterThan(0);
      expect(writtenCount).toBeGreaterThan(MINUTES * 20);
    },
  );
});

/** Again and again until the signal is aborted; what fails is tried again. */
async function repeat(signal: AbortSignal, everyMs: number, work: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    await work().catch(() => undefined);
    await pause(everyMs);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
