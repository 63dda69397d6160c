import { evseStatus, type Fault } from '../bodies/charge-point.js';
import { parkingSpaceOccupancy } from '../bodies/estate.js';
import { authorizationChanged, sessionStartStop, sessionUpdate } from '../bodies/session.js';
import type { Evse, HardwareStatus, Session, User } from '../world.js';
import { settleBill } from './billing.js';
import { beginCharging } from './charging.js';
import { openSession } from './open-session.js';
import type { Stage } from './stage.js';

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
export function beginEvseLife(evse: Evse, stage: Stage): void {
  stage.in(stage.random.int(5, 6 * MINUTE), () => idleOver(evse, stage));
}

function idle(evse: Evse, stage: Stage): void {
  stage.in(stage.random.waitingTime(12 * MINUTE), () => idleOver(evse, stage));
}

function idleOver(evse: Evse, stage: Stage): void {
  if (evse.status !== 'available') return idle(evse, stage); // reserved, for example
  if (stage.random.chance(0.04)) return breakDown(evse, stage);
  const user = stage.random.pick(stage.world.users.filter(({ charging }) => !charging));
  if (user === undefined) return idle(evse, stage);
  arrive(evse, user, stage);
}

function arrive(evse: Evse, user: User, stage: Stage): void {
  user.charging = true;
  if (evse.parkingSpaceId !== undefined) {
    stage.tell(parkingSpaceOccupancy(evse.parkingSpaceId, 'occupied', stage.stamp()));
  }
  setStatus(evse, 'preparing', stage);
  stage.in(stage.random.int(8, 40), () => {
    const accepted = !stage.random.chance(0.06);
    const authorizationId = ++stage.world.counters.authorization;
    const at = stage.stamp();
    stage.tell(authorizationChanged(authorizationId, evse, user, accepted ? 'accepted' : 'rejected', at));
    if (!accepted) return stage.in(stage.random.int(30, 120), () => leave(evse, user, stage));
    stage.in(stage.random.int(2, 8), () => start(evse, user, { id: authorizationId, at: at.seconds }, stage));
  });
}

function start(
  evse: Evse,
  user: User,
  authorization: { readonly id: number; readonly at: string },
  stage: Stage,
): void {
  const at = stage.stamp();
  const session = openSession(evse, user, authorization, at, stage);
  evse.session = session;
  stage.tell(sessionStartStop(session, at));
  setStatus(evse, 'charging', stage);
  stage.tell(sessionUpdate(session, stage.stamp()));
  beginCharging(session, stage, (ending) => {
    if (ending === 'fault') return stopByFault(session, stage);
    if (!stage.random.chance(0.4))
      return stop(session, stage.random.pick(['evdisconnected', 'remote', 'local']), stage);
    suspend(session, stage);
  });
}

/** The vehicle has enough but stays plugged in. */
function suspend(session: Session, stage: Stage): void {
  session.power = 0;
  session.chargingState = 'idle';
  setStatus(session.evse, 'suspendedEV', stage);
  stage.tell(sessionUpdate(session, stage.stamp()));
  stage.in(stage.random.int(2 * MINUTE, 15 * MINUTE), () => stop(session, 'evdisconnected', stage));
}

function stop(session: Session, reason: string, stage: Stage): void {
  endSession(session, reason, stage);
  setStatus(session.evse, 'finishing', stage);
  stage.in(stage.random.int(20, 120), () => leave(session.evse, session.user, stage));
}

function stopByFault(session: Session, stage: Stage): void {
  endSession(session, 'groundfault', stage);
  session.user.charging = false;
  breakDown(session.evse, stage);
}

function endSession(session: Session, reason: string, stage: Stage): void {
  session.power = 0;
  session.finished = true;
  const at = stage.stamp();
  stage.tell(sessionStartStop(session, at, { reason }));
  stage.tell(sessionUpdate(session, at));
  session.evse.session = undefined;
  settleBill(session, stage);
}

function leave(evse: Evse, user: User, stage: Stage): void {
  user.charging = false;
  setStatus(evse, 'available', stage);
  if (evse.parkingSpaceId !== undefined) {
    stage.tell(parkingSpaceOccupancy(evse.parkingSpaceId, 'available', stage.stamp()));
  }
  idle(evse, stage);
}

function breakDown(evse: Evse, stage: Stage): void {
  evse.status = 'faulted';
  stage.tell(evseStatus(evse, stage.stamp(), stage.random.pick(FAULTS)));
  stage.in(stage.random.int(2 * MINUTE, 20 * MINUTE), () => {
    setStatus(evse, 'available', stage);
    idle(evse, stage);
  });
}

function setStatus(evse: Evse, status: HardwareStatus, stage: Stage): void {
  evse.status = status;
  stage.tell(evseStatus(evse, stage.stamp()));
}
