import { round } from '../../random.js';
import { chargingProfileApplied } from '../bodies/charge-point.js';
import { transactionChanged, userBalanceChanged } from '../bodies/money.js';
import { sessionAmount, sessionMeterValues, sessionUpdate } from '../bodies/session.js';
import type { Stamp } from '../notification.js';
import type { Evse, ProcessContext, Session, User } from '../world.js';

/** s, OCPP's MeterValueSampleInterval as usually set. */
const METER_INTERVAL = 60;
const FAULT_PER_INTERVAL = 0.002;
/** EUR */
const LOW_BALANCE = 5;
const TOP_UP = 25;

export function openSession(
  evse: Evse,
  user: User,
  authorization: { readonly id: number; readonly at: string },
  at: Stamp,
  context: ProcessContext,
): Session {
  const { random, world } = context;
  const isDc = evse.chargePoint.model.currentType === 'dc';
  return {
    id: ++world.counters.session,
    evse,
    user,
    authorizationId: authorization.id,
    authorizedAt: authorization.at,
    chargingPeriodId: ++world.counters.chargingPeriod,
    tariffSnapshotId: ++world.counters.tariffSnapshot,
    pricePerKwh: evse.tariff.pricePerKwh,
    startedAtMs: at.ms,
    startedAt: at.seconds,
    meterStart: evse.meterRegister,
    target: isDc ? random.int(12_000, 46_000) : random.int(3_000, 22_000),
    socAtStart: random.int(8, 30),
    batteryCapacity: random.pick([58_000, 64_000, 77_000, 90_000]),
    energy: 0,
    power: 0,
    peakPower: 0,
    elapsed: 0,
    chargingState: 'charging',
    finished: false,
  };
}

/** A running session: meter values every minute, a session update after each, until it is full or a fault ends it. */
export function beginCharging(
  session: Session,
  context: ProcessContext,
  end: (ending: 'full' | 'fault') => void,
): void {
  if (context.random.chance(0.15)) {
    const profile = { id: ++context.world.counters.chargingProfile, sessionId: session.id, limit: 32 };
    context.emit(chargingProfileApplied(session.evse, profile, context.stamp()));
  }
  const meter = (): void => {
    charge(session, METER_INTERVAL, context);
    context.emit(sessionMeterValues(session, context.random.int(24, 48), context.stamp()));
    context.emit(sessionUpdate(session, context.stamp()));
    if (context.random.chance(FAULT_PER_INTERVAL)) return end('fault');
    if (session.energy >= session.target) return end('full');
    context.in(METER_INTERVAL + context.random.decimal(-0.5, 0.5, 3), meter);
  };
  context.in(METER_INTERVAL, meter);
}

/** Power falls as the vehicle fills up, as a battery's does; AC stays flat. At least 1 Wh, so that no reading repeats. */
function charge(session: Session, seconds: number, context: ProcessContext): void {
  const { evse } = session;
  const filled = session.energy / session.target;
  const isDc = evse.chargePoint.model.currentType === 'dc';
  const share = (isDc ? Math.max(0.25, 0.92 - 0.6 * filled) : 0.96) * context.random.decimal(0.97, 1, 4);
  session.power = Math.round(evse.maxPower * share);
  session.peakPower = Math.max(session.peakPower, session.power);
  const energy = Math.max(1, Math.round((session.power * seconds) / 3_600));
  session.energy += energy;
  session.elapsed += seconds;
  evse.meterRegister += energy;
}

/** A transaction for the session; from the balance for those who keep one, topped up when it runs low. */
export function settleBill(session: Session, context: ProcessContext): void {
  const { user } = session;
  const { counters } = context.world;
  const transactionId = ++counters.transaction;
  const amount = round(sessionAmount(session), 2);
  context.emit(transactionChanged(transactionId, 'created', context.stamp()));
  context.in(context.random.int(3, 40), () => {
    context.emit(transactionChanged(transactionId, 'updated', context.stamp()));
    if (user.paysFrom !== 'balance') return;
    moveBalance(user, -amount);
    const charge = { debit: amount, credit: 0, type: 'transaction', transactionId } as const;
    context.emit(userBalanceChanged(user, charge, context.stamp()));
    if (user.balance >= LOW_BALANCE) return;
    moveBalance(user, TOP_UP);
    const topUp = {
      debit: 0,
      credit: TOP_UP,
      type: 'auto_top_up',
      transactionId: ++counters.transaction,
    } as const;
    context.emit(userBalanceChanged(user, topUp, context.stamp()));
  });
}

function moveBalance(user: User, amount: number): void {
  user.balance = round(user.balance + amount, 2);
}
