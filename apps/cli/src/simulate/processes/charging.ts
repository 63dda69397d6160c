import { chargingProfileApplied } from '../bodies/charge-point.js';
import { sessionMeterValues, sessionUpdate } from '../bodies/session.js';
import type { Session } from '../world.js';
import type { Stage } from './stage.js';

/** s, OCPP's MeterValueSampleInterval as usually set. */
const METER_INTERVAL = 60;
const FAULT_PER_INTERVAL = 0.002;

/** A running session: meter values every minute, a session update after each, until it is full or a fault ends it. */
export function beginCharging(session: Session, stage: Stage, end: (ending: 'full' | 'fault') => void): void {
  if (stage.random.chance(0.15)) {
    const profile = { id: ++stage.world.counters.chargingProfile, sessionId: session.id, limit: 32 };
    stage.tell(chargingProfileApplied(session.evse, profile, stage.stamp()));
  }
  const meter = (): void => {
    charge(session, METER_INTERVAL, stage);
    stage.tell(sessionMeterValues(session, stage.random.int(24, 48), stage.stamp()));
    stage.tell(sessionUpdate(session, stage.stamp()));
    if (stage.random.chance(FAULT_PER_INTERVAL)) return end('fault');
    if (session.energy >= session.target) return end('full');
    stage.in(METER_INTERVAL + stage.random.decimal(-0.5, 0.5, 3), meter);
  };
  stage.in(METER_INTERVAL, meter);
}

/** Power falls as the vehicle fills up, as a battery's does; AC stays flat. At least 1 Wh, so that no reading repeats. */
function charge(session: Session, seconds: number, stage: Stage): void {
  const { evse } = session;
  const filled = session.energy / session.target;
  const isDc = evse.chargePoint.model.currentType === 'dc';
  const share = (isDc ? Math.max(0.25, 0.92 - 0.6 * filled) : 0.96) * stage.random.decimal(0.97, 1, 4);
  session.power = Math.round(evse.maxPower * share);
  session.peakPower = Math.max(session.peakPower, session.power);
  const energy = Math.max(1, Math.round((session.power * seconds) / 3_600));
  session.energy += energy;
  session.elapsed += seconds;
  evse.meterRegister += energy;
}
