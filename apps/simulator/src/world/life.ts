import { PriorityQueue } from '../priority-queue.js';
import { Random } from '../random.js';
import { createWorld } from './create-world.js';
import { stampOf, type NotificationBody, type SimulatedNotification, type Stamp } from './notification.js';
import { beginChargePointLife } from './processes/charge-point.js';
import { beginOperatorLife } from './processes/operator.js';
import type { ProcessContext, World } from './world.js';

export interface LifeOptions {
  readonly seed: number;
  /** How many charge points stand in the world, at least 1. */
  readonly chargePoints: number;
  /** ms since 1970 UTC; ids of what happens grow from here. */
  readonly startedAt: number;
}

/**
 * The notifications of a simulated charging network, one at a time, without end. The same seed and the same clock give
 * the same notifications.
 *
 * The network has its own time, which runs as fast as notifications are asked for: a session of forty simulated minutes
 * may pass in a second. Stamps in the bodies are the caller's clock, so a notification always looks as if it happened now.
 *
 * No two bodies are equal. Most differ by ids, energies or microseconds. Bodies that hold an id and a time of whole
 * seconds and nothing else (`evse.changed` twice within a second) would be equal; of those only the first is given.
 */
export class Life {
  readonly world: World;
  private readonly random: Random;
  private readonly agenda = new PriorityQueue<() => void>();
  /** Simulated seconds since the beginning. */
  private elapsed = 0;
  private readonly emitted: SimulatedNotification[] = [];
  /** Next of `emitted` to hand out: reading from an index costs nothing, shifting an array does. */
  private nextEmitted = 0;
  /** µs since 1970 UTC. */
  private clock = 0;
  private recentSecond = 0;
  private readonly recentBodies = new Set<string>();

  constructor(options: LifeOptions) {
    this.random = Random.stream(options.seed, 'life');
    this.world = createWorld(Random.stream(options.seed, 'world'), options.chargePoints, options.startedAt);
    const context: ProcessContext = {
      world: this.world,
      random: this.random,
      stamp: () => this.stamp(),
      emit: (body) => this.emit(body),
      in: (seconds, act) => this.agenda.add(this.elapsed + Math.max(0, seconds), act),
    };
    for (const chargePoint of this.world.chargePoints) beginChargePointLife(chargePoint, context);
    beginOperatorLife(context);
  }

  /** The next notification, stamped with the given instant (ms since 1970 UTC, fractions count). */
  next(now: number): SimulatedNotification {
    this.clock = Math.max(this.clock, Math.floor(now * 1_000));
    while (this.nextEmitted === this.emitted.length) this.playNext();
    const notification = this.emitted[this.nextEmitted++]!;
    if (this.nextEmitted === this.emitted.length) {
      this.emitted.length = 0;
      this.nextEmitted = 0;
    }
    return notification;
  }

  /** Runs the next step of a process. It may emit nothing. */
  private playNext(): void {
    this.elapsed = this.agenda.nextPriority ?? this.elapsed;
    const act = this.agenda.take();
    if (act === undefined) throw new Error('the simulated life has ended, which it never does');
    act();
  }

  private stamp(): Stamp {
    this.clock += 1;
    return stampOf(this.clock);
  }

  private emit(body: NotificationBody): void {
    const second = Math.floor(this.clock / 1_000_000);
    if (second !== this.recentSecond) {
      // Every body carries the time, to the second at least: those of another second cannot be equal.
      this.recentBodies.clear();
      this.recentSecond = second;
    }
    const text = JSON.stringify(body);
    if (this.recentBodies.has(text)) return;
    this.recentBodies.add(text);
    this.emitted.push({ name: body.notification, body });
  }
}
