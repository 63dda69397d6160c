import { round } from '../../random.js';
import { evseStatus } from '../bodies/charge-point.js';
import {
  chargePointChanged,
  circuitChanged,
  circuitConsumption,
  depotSlotAssigned,
  evseChanged,
  locationChanged,
  partnerChanged,
  reservationChanged,
} from '../bodies/estate.js';
import { tariffChanged } from '../bodies/money.js';
import {
  idTagChanged,
  invoiceDetailsChanged,
  partnerInviteCreated,
  paymentMethodChanged,
  subscriptionChanged,
  userChanged,
} from '../bodies/people.js';
import type { Location, ProcessContext } from '../world.js';

/** s between two edits at an estate of one charge point; a larger one is edited more often. */
const EDIT_INTERVAL = 900;
const CONSUMPTION_INTERVAL = 60;
const GRID_VOLTAGE = 230;

/** Employees edit master data, users edit their accounts and reserve EVSEs, and every circuit is metered. */
export function beginOperatorLife(context: ProcessContext): void {
  scheduleEdit(context);
  for (const location of context.world.locations) scheduleConsumption(location, context);
}

function scheduleEdit(context: ProcessContext): void {
  const interval = EDIT_INTERVAL / Math.max(1, context.world.chargePoints.length);
  context.in(context.random.waitingTime(interval), () => {
    context.random.pick(EDITS)(context);
    scheduleEdit(context);
  });
}

type Edit = (context: ProcessContext) => void;

const EDITS: readonly [Edit, ...Edit[]] = [
  (context) => context.emit(chargePointChanged(anyOf(context, 'chargePoints'), context.stamp())),
  (context) => context.emit(evseChanged(anyOf(context, 'evses'), context.stamp())),
  (context) => context.emit(userChanged(anyOf(context, 'users'), context.stamp())),
  (context) => context.emit(userChanged(anyOf(context, 'users'), context.stamp())),
  (context) => context.emit(idTagChanged(anyOf(context, 'users'), context.stamp())),
  (context) => context.emit(paymentMethodChanged(anyOf(context, 'users'), context.stamp())),
  (context) => context.emit(invoiceDetailsChanged(anyOf(context, 'users'), context.stamp())),
  (context) => context.emit(subscriptionChanged(anyOf(context, 'users'), context.stamp())),
  (context) => context.emit(circuitChanged(anyOf(context, 'locations'), context.stamp())),
  (context) => context.emit(partnerChanged(77 + context.random.int(0, 2), context.stamp())),
  (context) => {
    const id = ++context.world.counters.partnerInvite;
    context.emit(partnerInviteCreated(id, `driver${id}@example.com`, context.stamp()));
  },
  (context) => {
    const tariff = anyOf(context, 'tariffs');
    tariff.pricePerKwh = context.random.decimal(0.25, 0.69, 2);
    context.emit(tariffChanged(tariff, context.stamp()));
  },
  (context) => {
    const location = anyOf(context, 'locations');
    location.openingHour = context.random.int(5, 9);
    context.emit(locationChanged(location, context.stamp()));
  },
  (context) =>
    context.emit(depotSlotAssigned(++context.world.counters.slot, anyOf(context, 'evses'), context.stamp())),
  reserve,
  reserve,
];

function reserve(context: ProcessContext): void {
  const evse = context.random.pick(context.world.evses.filter(({ status }) => status === 'available'));
  if (evse === undefined) return;
  const id = ++context.world.counters.reservation;
  const setStatus = (status: 'reserved' | 'available'): void => {
    evse.status = status;
    context.emit(evseStatus(evse, context.stamp()));
  };
  context.emit(reservationChanged(id, 'active', context.stamp()));
  setStatus('reserved');
  context.in(context.random.int(120, 900), () => {
    context.emit(
      reservationChanged(id, context.random.pick(['done', 'done', 'expired', 'canceled']), context.stamp()),
    );
    setStatus('available');
  });
}

function scheduleConsumption(location: Location, context: ProcessContext): void {
  context.in(CONSUMPTION_INTERVAL + context.random.decimal(-2, 2, 1), () => {
    const evses = location.chargePoints.flatMap((chargePoint) => chargePoint.evses);
    const watts = evses.reduce((sum, evse) => sum + (evse.session?.power ?? 0), 0);
    const amperes = round(watts / (3 * GRID_VOLTAGE) + context.random.decimal(1.5, 9.5, 1), 1);
    context.emit(circuitConsumption(location, amperes, context.stamp()));
    scheduleConsumption(location, context);
  });
}

type Estate = Pick<ProcessContext['world'], 'chargePoints' | 'evses' | 'users' | 'locations' | 'tariffs'>;

function anyOf<K extends keyof Estate>(context: ProcessContext, kind: K): Estate[K][number] {
  const item = context.random.pick<Estate[K][number]>(context.world[kind]);
  if (item === undefined) throw new RangeError(`the simulated world has no ${kind}`);
  return item;
}
