import { TOPIC_NAMES, type Topic, type UntidyWorld } from './untidy-world.js';

/** Something that goes wrong in the world around the gateway; ends with what it gives. */
export type Disturb = (world: UntidyWorld, random: () => number) => Promise<(() => unknown) | undefined>;

/** Leaves behind what it has done: only time mends it. */
const lasting =
  (work: (world: UntidyWorld, topic: Topic, random: () => number) => Promise<unknown>): Disturb =>
  async (world, random) => {
    await work(world, pick(TOPIC_NAMES, random), random);
    return undefined;
  };

export const DISTURBANCES: Readonly<Record<string, Disturb>> = {
  'the broker is killed': async ({ broker }) => {
    await broker.kill();
    return () => broker.restart();
  },
  'the broker is silent': ({ broker }) => {
    const { pid } = broker;
    if (pid !== undefined) process.kill(pid, 'SIGSTOP');
    return Promise.resolve(() => pid !== undefined && process.kill(pid, 'SIGCONT'));
  },
  'a topic is made anew': lasting((world, topic, random) => world.makeAnew(topic, Math.floor(random() * 60))),
  'records are deleted': lasting((world, topic) => world.deleteRecords(topic)),
  'a partition is added': lasting((world, topic) => world.addPartition(topic)),
  'a stranger is in the group': (world) => world.strangerJoins(),
  'a transaction stays open': (world, random) => world.openTransaction(pick(TOPIC_NAMES, random)),
  'the password in the file is wrong, and the broker begins anew': async (world) => {
    world.setPassword('of yesterday');
    await world.broker.kill();
    await world.broker.restart();
    return () => world.setPassword(world.broker.password);
  },
  'another gateway comes and dies': async (world) => {
    await world.secondGateway(true);
    return () => world.secondGateway(false);
  },
  'positions are locked': (world) => world.lockPositions(),
};

export function pick<T>(list: readonly T[], random: () => number): T {
  const picked = list[Math.floor(random() * list.length)];
  if (picked === undefined) throw new Error('nothing to pick from');
  return picked;
}

/** Mulberry32: the same numbers for the same seed, from 0 up to, not including, 1. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
