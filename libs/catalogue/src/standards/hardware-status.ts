import type { EquivalentsTable } from './equivalents.js';

/**
 * Status of an EVSE or a charge point. AMPECO's words are those of OCPP 1.6 ChargePointStatus, first letter in
 * lower case. OCPP 2.0.1 splits them into ConnectorStatusEnumType and, while a transaction runs, the `chargingState` and
 * `eventType` of TransactionEventRequest. OCPI 2.2.1 Status has no one word for a plugged EVSE that does not
 * charge: operators choose between CHARGING and BLOCKED, so `preparing` and `finishing` have none here. No status known
 * is `UNKNOWN` in OCPI and nothing in OCPP.
 */
export const HARDWARE_STATUS: EquivalentsTable = {
  available: { ocpp16: 'Available', ocpp201: { connectorStatus: 'Available' }, ocpi221: 'AVAILABLE' },
  preparing: {
    ocpp16: 'Preparing',
    ocpp201: { connectorStatus: 'Occupied', chargingState: 'EVConnected' },
  },
  charging: {
    ocpp16: 'Charging',
    ocpp201: { connectorStatus: 'Occupied', chargingState: 'Charging' },
    ocpi221: 'CHARGING',
  },
  suspendedEV: {
    ocpp16: 'SuspendedEV',
    ocpp201: { connectorStatus: 'Occupied', chargingState: 'SuspendedEV' },
    ocpi221: 'CHARGING',
  },
  suspendedEVSE: {
    ocpp16: 'SuspendedEVSE',
    ocpp201: { connectorStatus: 'Occupied', chargingState: 'SuspendedEVSE' },
    ocpi221: 'CHARGING',
  },
  finishing: { ocpp16: 'Finishing', ocpp201: { connectorStatus: 'Occupied', eventType: 'Ended' } },
  reserved: { ocpp16: 'Reserved', ocpp201: { connectorStatus: 'Reserved' }, ocpi221: 'RESERVED' },
  unavailable: {
    ocpp16: 'Unavailable',
    ocpp201: { connectorStatus: 'Unavailable' },
    ocpi221: 'INOPERATIVE',
  },
  faulted: { ocpp16: 'Faulted', ocpp201: { connectorStatus: 'Faulted' }, ocpi221: 'OUTOFORDER' },
  null: { ocpi221: 'UNKNOWN' },
};
