import type { NotificationBody, SimulatedNotification } from './notification.js';
import { PriorityQueue } from './priority-queue.js';
import { beginChargePointLife } from './processes/charge-point-life.js';
import { beginOperatorLife } from './processes/operator-life.js';
import type { Stage } from './processes/stage.js';
import { Random } from './random.js';
import { stampOf, type Stamp } from './stamp.js';
import { createWorld, type World } from './world.js';

export interface LifeOptions {
  readonly seed: number;
  /** How many charge points stand in the world, at least 1. */
  readonly chargePoints: number;
  /** ms since 1970 UTC; ids of what happens grow from here. */
  readonly startedAt: number;
}

/**
 * Charging life as AMPECO would tell it, one notification at a time, without end. The same seed and the same clock give
 * the same notifications.
 *
 * Life has its own time, which runs as fast as notifications are asked for: a session of forty simulated minutes may
 * pass in a second. Stamps in the bodies are the caller's clock, so what is sent always looks as if it happened now.
 *
 * No two bodies of a life are equal. Most differ by ids, energies or microseconds; AMPECO's pointers with times of one
 * second (`evse.changed` twice within it) would not, and of those only the first is told.
 */
export class Life {
  readonly world: World;
  private readonly random: Random;
  private readonly agenda = new PriorityQueue<() => void>();
  /** Simulated seconds since the beginning. */
  private elapsed = 0;
  private readonly told: SimulatedNotification[] = [];
  /** Next of `told` to hand out: reading from an index costs nothing, shifting an array does. */
  private nextTold = 0;
  /** µs since 1970 UTC. */
  private clock = 0;
  private recentSecond = 0;
  private readonly recentBodies = new Set<string>();

  constructor(options: LifeOptions) {
    this.random = Random.stream(options.seed, 'life');
    this.world = createWorld(Random.stream(options.seed, 'world'), options.chargePoints, options.startedAt);
    const stage: Stage = {
      world: this.world,
      random: this.random,
      stamp: () => this.stamp(),
      tell: (body) => this.tell(body),
      in: (seconds, act) => this.agenda.add(this.elapsed + Math.max(0, seconds), act),
    };
    for (const chargePoint of this.world.chargePoints) beginChargePointLife(chargePoint, stage);
    beginOperatorLife(stage);
  }

  /** The next notification, stamped with the given instant (ms since 1970 UTC, fractions count). */
  next(now: number): SimulatedNotification {
    this.clock = Math.max(this.clock, Math.floor(now * 1_000));
    while (this.nextTold === this.told.length) this.live();
    const notification = this.told[this.nextTold++]!;
    if (this.nextTold === this.told.length) {
      this.told.length = 0;
      this.nextTold = 0;
    }
    return notification;
  }

  /** Plays the next thing that happens. It may have nothing to tell. */
  private live(): void {
    this.elapsed = this.agenda.nextPriority ?? this.elapsed;
    const act = this.agenda.take();
    if (act === undefined) throw new Error('the simulated life has ended, which it never does');
    act();
  }

  private stamp(): Stamp {
    this.clock += 1;
    return stampOf(this.clock);
  }

  private tell(body: NotificationBody): void {
    const second = Math.floor(this.clock / 1_000_000);
    if (second !== this.recentSecond) {
      // Every body carries the time, to the second at least: those of another second cannot be equal.
      this.recentBodies.clear();
      this.recentSecond = second;
    }
    const text = JSON.stringify(body);
    if (this.recentBodies.has(text)) return;
    this.recentBodies.add(text);
    this.told.push({ name: body.notification, body });
  }
}
