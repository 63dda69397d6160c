const DAY_MS = 86_400_000;

/**
 * Distinct notification bodies in the mix of a busy network: mostly meter values and session updates, then statuses,
 * starts and stops; one in fifty is 30 days late. Sizes follow the samples (about 120 to 1,500 bytes). Deterministic by
 * index.
 */
export function notificationBody(index: number, now: number): Buffer {
  const at = new Date(now - (index % 60_000) - (index % 50 === 0 ? 30 * DAY_MS : 0));
  const zulu = at.toISOString().replace('Z', '000Z');
  const offset = `${at.toISOString().slice(0, 19)}+00:00`;
  const chargePointId = 1_000 + (index % 700);
  const evseId = chargePointId * 2 + (index % 2);
  const sessionId = 900_000 + index;
  switch (index % 10) {
    case 0:
      return json({
        notification: 'HardwareStatusNotification',
        chargePointId,
        evseId,
        timestamp: zulu,
        hardwareStatus: 'charging',
        errorCode: null,
        info: `n${index}`,
        vendorId: null,
        vendorErrorCode: null,
      });
    case 1:
      return json({
        notification: 'session.start.stop.notification',
        sessionId,
        userId: 50_000 + (index % 900),
        chargePointId,
        evseId,
        action: index % 4 < 2 ? 'start' : 'stop',
        idTag: `04A2B91C${index.toString(16)}`,
        externalSessionId: '',
        startedAtTimestamp: offset,
        meterStart: 4_803_490 + index,
        meterStop: 4_828_100 + index,
        energyConsumed: 24_610,
        reason: 'evdisconnected',
        lastUpdatedAt: offset,
        externalAppData: null,
      });
    case 2:
    case 3:
    case 4:
      return json({
        notification: 'SessionUpdateNotification',
        session: sessionObject(index, { chargePointId, evseId, sessionId, offset }),
      });
    default:
      return json({
        notification: 'SessionMeterValuesNotification',
        chargePointId,
        evseId,
        sessionId,
        externalSessionId: '',
        meterValues: [
          { timestamp: zulu, measurand: 'Energy Consumed', value: 18_240 + index, unit: 'Wh' },
          { timestamp: zulu, measurand: 'State Of Charge', value: index % 100, unit: 'Percent' },
          { timestamp: zulu, measurand: 'Current Import', value: 121.5, unit: 'A' },
          { timestamp: zulu, measurand: 'Voltage', value: 398.2, unit: 'V' },
        ],
      });
  }
}

function sessionObject(
  index: number,
  ids: { chargePointId: number; evseId: number; sessionId: number; offset: string },
): Record<string, unknown> {
  return {
    id: String(ids.sessionId),
    chargePointId: ids.chargePointId,
    evseId: ids.evseId,
    connectorId: 4_410,
    status: 'active',
    userId: 55_321,
    startedAt: ids.offset,
    stoppedAt: null,
    energy: 18_240 + index,
    powerKw: 48.4,
    socPercent: 63,
    amount: 8.21,
    totalAmount: { withTax: 8.21, withoutTax: 6.84 },
    tax: { taxId: 1, taxPercentage: 20 },
    currency: 'EUR',
    paymentType: 'tokenized',
    paymentMethodId: '30188',
    terminalId: null,
    nonBillableEnergy: 0,
    paymentStatus: 'pending',
    authorizationId: 733_018,
    idTag: '04A2B91C5E6F80',
    idTagLabel: 'Fleet card 12',
    reimbursementEligibility: false,
    authorization: {
      id: 733_018,
      method: 'rfid_tag',
      source: 'local',
      createdAt: ids.offset,
      status: 'accepted',
      rejectionReason: null,
    },
    energyConsumption: { total: 18_240 + index, grid: 18_240 + index },
    billingStatus: 'pending',
    lastUpdatedAt: ids.offset,
  };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8');
}
