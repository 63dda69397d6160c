import type { JsonValue } from '@chargelog/domain';
import type { NotificationBody, Stamp } from '../notification.js';
import type { ChargePoint, Evse } from '../world.js';

export function bootNotification(chargePoint: ChargePoint, reason: string, at: Stamp): NotificationBody {
  const { model, serial, id } = chargePoint;
  return {
    notification: 'BootNotification',
    chargePointId: id,
    timestamp: at.micros,
    bootNotification: {
      model: model.model,
      vendor: model.vendor,
      charge_box_serial_number: null,
      charge_point_serial_number: serial,
      firmware_version: model.firmware,
      iccid: `89357110010882${String(40_000 + id)}`,
      imsi: `28401123456${String(7_000 + id)}`,
      meter_serial_number: `LEM-${5_520_193 + id}`,
      meter_type: model.currentType === 'dc' ? 'DCBM-400' : 'MID-3P',
      reason,
    },
  };
}

export function networkStatus(chargePoint: ChargePoint, at: Stamp): NotificationBody {
  return {
    notification: 'NetworkStatusNotification',
    chargePointId: chargePoint.id,
    timestamp: at.micros,
    networkStatus: chargePoint.online ? 'available' : 'temporarily unavailable',
  };
}

export interface Fault {
  readonly errorCode: string;
  readonly info: string;
  readonly vendorErrorCode: string;
}

export function evseStatus(evse: Evse, at: Stamp, fault?: Fault): NotificationBody {
  return {
    notification: 'HardwareStatusNotification',
    chargePointId: evse.chargePoint.id,
    evseId: evse.id,
    timestamp: at.micros,
    hardwareStatus: evse.status,
    errorCode: fault?.errorCode ?? 'NoError',
    info: fault?.info ?? null,
    vendorId: fault === undefined ? null : evse.chargePoint.model.vendor,
    vendorErrorCode: fault?.vendorErrorCode ?? null,
  };
}

/** Without `evseId`: the charge point as a whole (OCPP connector 0). */
export function chargePointStatus(chargePoint: ChargePoint, at: Stamp): NotificationBody {
  return {
    notification: 'HardwareStatusNotification',
    chargePointId: chargePoint.id,
    timestamp: at.micros,
    hardwareStatus: 'available',
    errorCode: 'NoError',
    info: null,
    vendorId: null,
    vendorErrorCode: null,
  };
}

/** A full sync after a boot has no request id; one that somebody asked for has. */
export function syncConfiguration(
  chargePoint: ChargePoint,
  requestId: number | undefined,
  at: Stamp,
): NotificationBody {
  const entry = (key: string, value: string, readonly: boolean, required = true): JsonValue => ({
    key,
    value,
    readonly,
    required,
    timestamp: at.seconds,
    lastUpdatedAt: at.seconds,
  });
  return {
    notification: 'ChargePointSyncConfigurationNotification',
    chargePointId: chargePoint.id,
    ...(requestId !== undefined && { requestId }),
    configuration: [
      entry('HeartbeatInterval', '300', false),
      entry('MeterValueSampleInterval', '60', false),
      entry('NumberOfConnectors', String(chargePoint.evses.length), true),
      entry('WebSocketPingInterval', '30', false, false),
    ],
  };
}

export function securityEvent(
  chargePoint: ChargePoint,
  event: { readonly type: string; readonly techInfo: string; readonly critical: boolean },
  at: Stamp,
): NotificationBody {
  return {
    notification: 'SecurityEventNotification',
    chargePointId: chargePoint.id,
    type: event.type,
    timestamp: at.micros,
    techInfo: event.techInfo,
    critical: event.critical,
  };
}

export function diagnosticsStatus(
  chargePoint: ChargePoint,
  requestId: number,
  status: 'uploading' | 'uploaded',
  at: Stamp,
): NotificationBody {
  return {
    notification: 'DiagnosticsStatusNotification',
    chargePointId: chargePoint.id,
    requestId,
    status,
    lastUpdatedAt: at.seconds,
  };
}

/** AMPECO sends no time with these; the vendor's own payload carries one here, so that equal readings stay apart. */
export function dataTransfer(
  chargePoint: ChargePoint,
  climate: { readonly temperature: number; readonly humidity: number },
  at: Stamp,
): NotificationBody {
  return {
    notification: 'chargePoint.dataTransferReceived',
    chargePointId: chargePoint.id,
    vendorId: `com.${chargePoint.model.vendor.toLowerCase()}`,
    messageId: 'CabinetClimate',
    data: JSON.stringify({ t: climate.temperature, rh: climate.humidity, at: at.micros }),
  };
}

export function chargingProfileApplied(
  evse: Evse,
  profile: { readonly id: number; readonly sessionId: number; readonly limit: number },
  at: Stamp,
): NotificationBody {
  return {
    notification: 'chargingProfile.applied',
    chargePointId: evse.chargePoint.id,
    evseId: evse.id,
    sessionId: profile.sessionId,
    chargingProfile: {
      id: profile.id,
      minChargingRate: null,
      schedulePeriods: [{ startPeriod: 0, limit: profile.limit, numberPhases: 3 }],
      scheduleStart: at.seconds,
      chargingRateUnit: 'A',
      stackLevel: 2,
      chargingProfileKind: 'Absolute',
      recurrencyKind: null,
      chargingCompleteAt: null,
      purpose: 'TxProfile',
      validTo: null,
      validFrom: null,
      duration: 900,
    },
    appliedAt: at.seconds,
  };
}
