import type { JsonValue } from '@chargelog/domain';
import { round } from '../../random.js';
import { localSeconds, type NotificationBody, type Stamp } from '../notification.js';
import type { Evse, Session, User } from '../world.js';

const VAT_PERCENT = 20;

export function authorizationChanged(
  authorizationId: number,
  evse: Evse,
  user: User,
  status: 'accepted' | 'rejected',
  at: Stamp,
): NotificationBody {
  return {
    notification: 'authorization.changed',
    authorizationId,
    action: 'created',
    chargePointId: evse.chargePoint.id,
    idTag: user.idTag,
    status,
    lastUpdatedAt: at.seconds,
  };
}

/** `stop` is present once the session has ended. A start carries the register twice, as both keys are required. */
export function sessionStartStop(
  session: Session,
  at: Stamp,
  stop?: { readonly reason: string },
): NotificationBody {
  const { evse } = session;
  const offset = evse.chargePoint.location.utcOffsetMinutes;
  return {
    notification: 'session.start.stop.notification',
    sessionId: session.id,
    userId: session.user.id,
    chargePointId: evse.chargePoint.id,
    evseId: evse.id,
    action: stop === undefined ? 'start' : 'stop',
    idTag: session.user.idTag,
    externalSessionId: '',
    startedAtTimestamp: session.startedAt,
    meterStart: session.meterStart,
    meterStop: session.meterStart + session.energy,
    startedAtTimestampLocal: localSeconds(session.startedAtMs, offset),
    ...(stop !== undefined && {
      stoppedAtTimestamp: at.seconds,
      stoppedAtTimestampLocal: localSeconds(at.ms, offset),
      energyConsumed: session.energy,
      reason: stop.reason,
    }),
    lastUpdatedAt: at.seconds,
    externalAppData: null,
  };
}

export function sessionMeterValues(session: Session, temperature: number, at: Stamp): NotificationBody {
  const { evse } = session;
  const isDc = evse.chargePoint.model.currentType === 'dc';
  const voltage = isDc ? 398.2 : 231.4;
  const value = (measurand: string, amount: number, unit: string): JsonValue => ({
    timestamp: at.micros,
    measurand,
    value: amount,
    unit,
  });
  return {
    notification: 'SessionMeterValuesNotification',
    chargePointId: evse.chargePoint.id,
    evseId: evse.id,
    sessionId: session.id,
    externalSessionId: '',
    meterValues: [
      value('Energy Consumed', session.energy, 'Wh'),
      value('Energy Active Import Register', evse.meterRegister, 'Wh'),
      ...(isDc ? [value('State Of Charge', stateOfCharge(session), 'Percent')] : []),
      value('Current Import', round(session.power / (isDc ? voltage : voltage * 3), 1), 'A'),
      value('Voltage', voltage, 'V'),
      ...(isDc ? [value('Temperature', temperature, 'Celsius')] : []),
    ],
  };
}

export function sessionUpdate(session: Session, at: Stamp): NotificationBody {
  const { evse, user, finished } = session;
  const stoppedAt = finished ? at.seconds : null;
  const isDc = evse.chargePoint.model.currentType === 'dc';
  const amount = sessionAmount(session);
  const withoutTax = round(amount / (1 + VAT_PERCENT / 100), 2);
  return {
    notification: 'SessionUpdateNotification',
    session: {
      id: String(session.id),
      chargePointId: evse.chargePoint.id,
      evseId: evse.id,
      connectorId: evse.connectorId,
      status: finished ? 'finished' : 'active',
      userId: user.id,
      startedAt: session.startedAt,
      stoppedAt,
      energy: session.energy,
      powerKw: round(session.power / 1_000, 3),
      ...(isDc && { socPercent: stateOfCharge(session) }),
      amount: round(amount, 2),
      totalAmount: { withTax: round(amount, 2), withoutTax },
      tax: { taxId: 1, taxPercentage: VAT_PERCENT },
      currency: 'EUR',
      paymentType: user.paysFrom,
      paymentMethodId: user.paysFrom === 'balance' ? 'balance' : user.paymentMethodId,
      terminalId: null,
      nonBillableEnergy: 0,
      paymentStatus: 'pending',
      authorizationId: session.authorizationId,
      idTag: user.idTag,
      idTagLabel: user.idTagId % 3 === 0 ? '' : `Fleet card ${user.idTagId % 100}`,
      extendingSessionId: null,
      reimbursementEligibility: false,
      externalSessionId: null,
      authorization: {
        id: session.authorizationId,
        method: 'rfid_tag',
        source: 'local',
        createdAt: session.authorizedAt,
        status: 'accepted',
        rejectionReason: null,
        userId: user.id,
        rfidTagUid: user.idTag,
        lastUpdatedAt: session.authorizedAt,
      },
      chargingPeriods: [
        {
          id: session.chargingPeriodId,
          energy: session.energy,
          startedAt: session.startedAt,
          stoppedAt,
          state: session.chargingState,
          chargingState: session.chargingState,
          amount: round(amount, 3),
        },
      ],
      tariffSnapshotId: session.tariffSnapshotId,
      electricityCost: round((session.energy / 1_000) * 0.16, 2),
      evsePhysicalReference: evse.physicalReference,
      paymentStatusUpdatedAt: null,
      lastUpdatedAt: at.seconds,
      receiptId: null,
      externalAppData: null,
      energyConsumption: { total: session.energy, grid: session.energy },
      billingStatus: 'pending',
      power: {
        latest: session.power,
        peak: session.peakPower,
        average: session.elapsed === 0 ? 0 : Math.round((session.energy * 3_600) / session.elapsed),
      },
    },
  };
}

/** EUR with tax, not rounded. */
export function sessionAmount(session: Session): number {
  return session.evse.tariff.connectionFee + (session.energy / 1_000) * session.pricePerKwh;
}

function stateOfCharge(session: Session): number {
  return Math.min(100, Math.round(session.socAtStart + (session.energy / session.batteryCapacity) * 100));
}
