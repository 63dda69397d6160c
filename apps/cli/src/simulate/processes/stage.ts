import type { NotificationBody } from '../notification.js';
import type { Random } from '../random.js';
import type { Stamp } from '../stamp.js';
import type { World } from '../world.js';

/** What the simulated lives play on: the world, chance, a stamp for now, and a way to speak and to go on later. */
export interface Stage {
  readonly world: World;
  readonly random: Random;
  /** The present instant; every call is at least a microsecond after the one before. */
  stamp(): Stamp;
  tell(body: NotificationBody): void;
  /** Goes on after so many seconds of simulated time. */
  in(seconds: number, act: () => void): void;
}
