import type { Stamp } from '../stamp.js';
import type { Evse, Session, User } from '../world.js';
import type { Stage } from './stage.js';

export function openSession(
  evse: Evse,
  user: User,
  authorization: { readonly id: number; readonly at: string },
  at: Stamp,
  stage: Stage,
): Session {
  const { random, world } = stage;
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
