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
import { round } from '../random.js';
import type { Location } from '../world.js';
import type { Stage } from './stage.js';

/** s between two edits at an estate of one charge point; a larger one is edited more often. */
const EDIT_INTERVAL = 900;
const CONSUMPTION_INTERVAL = 60;
const GRID_VOLTAGE = 230;

/** The office: people edit master data, users their accounts, somebody reserves, and every circuit is metered. */
export function beginOperatorLife(stage: Stage): void {
  scheduleEdit(stage);
  for (const location of stage.world.locations) scheduleConsumption(location, stage);
}

function scheduleEdit(stage: Stage): void {
  const interval = EDIT_INTERVAL / Math.max(1, stage.world.chargePoints.length);
  stage.in(stage.random.waitingTime(interval), () => {
    stage.random.pick(EDITS)(stage);
    scheduleEdit(stage);
  });
}

type Edit = (stage: Stage) => void;

const EDITS: readonly [Edit, ...Edit[]] = [
  (stage) => stage.tell(chargePointChanged(anyOf(stage, 'chargePoints'), stage.stamp())),
  (stage) => stage.tell(evseChanged(anyOf(stage, 'evses'), stage.stamp())),
  (stage) => stage.tell(userChanged(anyOf(stage, 'users'), stage.stamp())),
  (stage) => stage.tell(userChanged(anyOf(stage, 'users'), stage.stamp())),
  (stage) => stage.tell(idTagChanged(anyOf(stage, 'users'), stage.stamp())),
  (stage) => stage.tell(paymentMethodChanged(anyOf(stage, 'users'), stage.stamp())),
  (stage) => stage.tell(invoiceDetailsChanged(anyOf(stage, 'users'), stage.stamp())),
  (stage) => stage.tell(subscriptionChanged(anyOf(stage, 'users'), stage.stamp())),
  (stage) => stage.tell(circuitChanged(anyOf(stage, 'locations'), stage.stamp())),
  (stage) => stage.tell(partnerChanged(77 + stage.random.int(0, 2), stage.stamp())),
  (stage) => {
    const id = ++stage.world.counters.partnerInvite;
    stage.tell(partnerInviteCreated(id, `driver${id}@example.com`, stage.stamp()));
  },
  (stage) => {
    const tariff = anyOf(stage, 'tariffs');
    tariff.pricePerKwh = stage.random.decimal(0.25, 0.69, 2);
    stage.tell(tariffChanged(tariff, stage.stamp()));
  },
  (stage) => {
    const location = anyOf(stage, 'locations');
    location.openingHour = stage.random.int(5, 9);
    stage.tell(locationChanged(location, stage.stamp()));
  },
  (stage) => stage.tell(depotSlotAssigned(++stage.world.counters.slot, anyOf(stage, 'evses'), stage.stamp())),
  reserve,
  reserve,
];

function reserve(stage: Stage): void {
  const evse = stage.random.pick(stage.world.evses.filter(({ status }) => status === 'available'));
  if (evse === undefined) return;
  const id = ++stage.world.counters.reservation;
  const setStatus = (status: 'reserved' | 'available'): void => {
    evse.status = status;
    stage.tell(evseStatus(evse, stage.stamp()));
  };
  stage.tell(reservationChanged(id, 'active', stage.stamp()));
  setStatus('reserved');
  stage.in(stage.random.int(120, 900), () => {
    stage.tell(
      reservationChanged(id, stage.random.pick(['done', 'done', 'expired', 'canceled']), stage.stamp()),
    );
    setStatus('available');
  });
}

function scheduleConsumption(location: Location, stage: Stage): void {
  stage.in(CONSUMPTION_INTERVAL + stage.random.decimal(-2, 2, 1), () => {
    const evses = location.chargePoints.flatMap((chargePoint) => chargePoint.evses);
    const watts = evses.reduce((sum, evse) => sum + (evse.session?.power ?? 0), 0);
    const amperes = round(watts / (3 * GRID_VOLTAGE) + stage.random.decimal(1.5, 9.5, 1), 1);
    stage.tell(circuitConsumption(location, amperes, stage.stamp()));
    scheduleConsumption(location, stage);
  });
}

type Estate = Pick<Stage['world'], 'chargePoints' | 'evses' | 'users' | 'locations' | 'tariffs'>;

function anyOf<K extends keyof Estate>(stage: Stage, kind: K): Estate[K][number] {
  const item = stage.random.pick<Estate[K][number]>(stage.world[kind]);
  if (item === undefined) throw new RangeError(`the simulated world has no ${kind}`);
  return item;
}
