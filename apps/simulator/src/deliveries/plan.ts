import type { TrackedNotification, TransportName } from '../account/account.js';
import type { Random } from '../random.js';
import type { SimulatedNotification } from '../world/notification.js';
import { kafkaValue, webhookBody } from './bytes.js';

/** One copy that is to be sent. */
export interface Copy {
  readonly tracked: TrackedNotification;
  readonly name: string;
  readonly transport: TransportName;
  /** The exact bytes, the same at every attempt. */
  readonly body: Buffer;
}

export interface PlannedCopy {
  readonly copy: Copy;
  readonly delayMs: number;
  readonly why: 'first' | 'reordered' | 'duplicate';
}

export interface DeliveryPlanOptions {
  readonly transports: readonly [TransportName, ...TransportName[]];
  /** 0 to 1. */
  readonly duplicates: number;
  /** 0 to 1. */
  readonly reorder: number;
}

const REORDER_MS = { from: 200, to: 3_000 } as const;
const DUPLICATE_MS = { from: 50, to: 4_000 } as const;

/** Which copies of a notification are sent, how and when: one by each transport, some of them late, some twice. */
export function planDelivery(
  tracked: TrackedNotification,
  notification: SimulatedNotification,
  options: DeliveryPlanOptions,
  random: Random,
): PlannedCopy[] {
  const planned: PlannedCopy[] = options.transports.map((transport) => {
    const body =
      transport === 'webhook' ? webhookBody(notification, random) : kafkaValue(notification, random);
    const copy = { tracked, name: notification.name, transport, body };
    return random.chance(options.reorder)
      ? { copy, delayMs: random.int(REORDER_MS.from, REORDER_MS.to), why: 'reordered' }
      : { copy, delayMs: 0, why: 'first' };
  });
  if (random.chance(options.duplicates)) {
    const { copy } = planned[random.int(0, planned.length - 1)]!;
    planned.push({ copy, delayMs: random.int(DUPLICATE_MS.from, DUPLICATE_MS.to), why: 'duplicate' });
  }
  return planned;
}
