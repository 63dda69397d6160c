import { evseStatus, type Fault } from '../bodies/charge-point.js';
import { parkingSpaceOccupancy } from '../bodies/estate.js';
import { authorizationChanged, sessionStartStop, sessionUpdate } from '../bodies/session.js';
import type { Evse, HardwareStatus, ProcessContext, Session, User } from '../world.js';
import { beginCharging, openSession, settleBill } from './session.js';

const MINUTE = 60;
const FAULTS: readonly [Fault, ...Fault[]] = [
  { errorCode: 'GroundFailure', info: 'Earth leakage trip on outlet 1', vendorErrorCode: 'E-0412' },
  { errorCode: 'ConnectorLockFailure', info: 'lock did not close', vendorErrorCode: 'E-0107' },
  { errorCode: 'HighTemperature', info: 'cabinet at 71 °C', vendorErrorCode: 'E-0220' },
];

/**
 * An EVSE's day, over and over:
 *
 *     available ── a vehicle comes ──▶ preparing ── tag accepted ──▶ charging ──▶ [suspendedEV] ──▶ finishing ──▶ available
 *                                          └─────── tag rejected ─────────────────────────────────────────────────▲
 *     available ── fault ──▶ faulted ── cleared ──▶ available          charging ── fault ──▶ session stops ──▶ faulted
 */
export function beginEvseLife(evse: Evse, context: ProcessContext): void {
  context.in(context.random.int(5, 6 * MINUTE), () => idleOver(evse, context));
}

function idle(evse: Evse, context: ProcessContext): void {
  context.in(context.random.waitingTime(12 * MINUTE), () => idleOver(evse, context));
}

function idleOver(evse: Evse, context: ProcessContext): void {
  if (evse.status !== 'available') return idle(evse, context); // reserved, for example
  if (context.random.chance(0.04)) return breakDown(evse, context);
  const user = context.random.pick(context.world.users.filter(({ charging }) => !charging));
  if (user === undefined) return idle(evse, context);
  arrive(evse, user, context);
}

function arrive(evse: Evse, user: User, context: ProcessContext): void {
  user.charging = true;
  if (evse.parkingSpaceId !== undefined) {
    context.emit(parkingSpaceOccupancy(evse.parkingSpaceId, 'occupied', context.stamp()));
  }
  setStatus(evse, 'preparing', context);
  context.in(context.random.int(8, 40), () => {
    const accepted = !context.random.chance(0.06);
    const authorizationId = ++context.world.counters.authorization;
    const at = context.stamp();
    context.emit(authorizationChanged(authorizationId, evse, user, accepted ? 'accepted' : 'rejected', at));
    if (!accepted) return context.in(context.random.int(30, 120), () => leave(evse, user, context));
    context.in(context.random.int(2, 8), () =>
      start(evse, user, { id: authorizationId, at: at.seconds }, context),
    );
  });
}

function start(
  evse: Evse,
  user: User,
  authorization: { readonly id: number; readonly at: string },
  context: ProcessContext,
): void {
  const at = context.stamp();
  const session = openSession(evse, user, authorization, at, context);
  evse.session = session;
  context.emit(sessionStartStop(session, at));
  setStatus(evse, 'charging', context);
  context.emit(sessionUpdate(session, context.stamp()));
  beginCharging(session, context, (ending) => {
    if (ending === 'fault') return stopByFault(session, context);
    if (!context.random.chance(0.4))
      return stop(session, context.random.pick(['evdisconnected', 'remote', 'local']), context);
    suspend(session, context);
  });
}

/** The vehicle has enough but stays plugged in. */
function suspend(session: Session, context: ProcessContext): void {
  session.power = 0;
  session.chargingState = 'idle';
  setStatus(session.evse, 'suspendedEV', context);
  context.emit(sessionUpdate(session, context.stamp()));
  context.in(context.random.int(2 * MINUTE, 15 * MINUTE), () => stop(session, 'evdisconnected', context));
}

function stop(session: Session, reason: string, context: ProcessContext): void {
  endSession(session, reason, context);
  setStatus(session.evse, 'finishing', context);
  context.in(context.random.int(20, 120), () => leave(session.evse, session.user, context));
}

function stopByFault(session: Session, context: ProcessContext): void {
  endSession(session, 'groundfault', context);
  session.user.charging = false;
  breakDown(session.evse, context);
}

function endSession(session: Session, reason: string, context: ProcessContext): void {
  session.power = 0;
  session.finished = true;
  const at = context.stamp();
  context.emit(sessionStartStop(session, at, { reason }));
  context.emit(sessionUpdate(session, at));
  session.evse.session = undefined;
  settleBill(session, context);
}

function leave(evse: Evse, user: User, context: ProcessContext): void {
  user.charging = false;
  setStatus(evse, 'available', context);
  if (evse.parkingSpaceId !== undefined) {
    context.emit(parkingSpaceOccupancy(evse.parkingSpaceId, 'available', context.stamp()));
  }
  idle(evse, context);
}

function breakDown(evse: Evse, context: ProcessContext): void {
  evse.status = 'faulted';
  context.emit(evseStatus(evse, context.stamp(), context.random.pick(FAULTS)));
  context.in(context.random.int(2 * MINUTE, 20 * MINUTE), () => {
    setStatus(evse, 'available', context);
    idle(evse, context);
  });
}

function setStatus(evse: Evse, status: HardwareStatus, context: ProcessContext): void {
  evse.status = status;
  context.emit(evseStatus(evse, context.stamp()));
}
