/**
 * What a value of AMPECO is in the standards, as far as there is evidence for one answer. A standard that has no such word,
 * or leaves the choice to the operator, has no member here. A word that fills several fields of a standard is an object
 * with those fields as members.
 */
export interface Equivalents {
  /** OCPP 1.6 edition 2. */
  readonly ocpp16?: string;
  /** OCPP 2.0.1 edition 3, part 2. */
  readonly ocpp201?: string | Readonly<Record<string, string>>;
  /** OCPI 2.2.1. */
  readonly ocpi221?: string | Readonly<Record<string, string>>;
  /** The unit in which AMPECO sends the value; the standard may use another. */
  readonly unit?: string;
}

/** By AMPECO's value in its normalized spelling; the key `null` stands for JSON's null. */
export type EquivalentsTable = Readonly<Record<string, Equivalents>>;

/**
 * Status of an EVSE or a charge point. AMPECO's words are those of OCPP 1.6 ChargePointStatus, first letter in
 * lower case. OCPP 2.0.1 splits them into ConnectorStatusEnumType and, while a transaction runs, the `chargingState` and
 * `eventType` of TransactionEventRequest. OCPI 2.2.1 Status has no one word for a plugged EVSE that does not
 * charge: operators choose between CHARGING and BLOCKED, so `preparing` and `finishing` have none here. AMPECO's
 * null, no known status, is `UNKNOWN` in OCPI and has no word in OCPP.
 */
const HARDWARE_STATUS: EquivalentsTable = {
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

/**
 * Status of a session: OCPI 2.2.1 SessionStatus, inferred from the meaning of the words. AMPECO's `unknown` has no word
 * there, and OCPP has no status of a session.
 */
const SESSION_STATUS: EquivalentsTable = {
  pending: { ocpi221: 'PENDING' },
  active: { ocpi221: 'ACTIVE' },
  finished: { ocpi221: 'COMPLETED' },
  failed: { ocpi221: 'INVALID' },
  expired: { ocpi221: 'INVALID' },
};

/**
 * Why a session ended. The reasons that come from the charge point are the words of OCPP 1.6 Reason and OCPP 2.0.1
 * ReasonEnumType in lower case; only exact matches are here. `timeoutlimitreached` is in neither list (2.0.1 has
 * TimeLimitReached and Timeout), and AMPECO's own reasons, such as `balance_exceeded`, are in no standard. OCPI has no
 * stop reasons.
 */
const STOP_REASON: EquivalentsTable = {
  deauthorized: { ocpp16: 'DeAuthorized', ocpp201: 'DeAuthorized' },
  emergencystop: { ocpp16: 'EmergencyStop', ocpp201: 'EmergencyStop' },
  energylimitreached: { ocpp201: 'EnergyLimitReached' },
  evdisconnected: { ocpp16: 'EVDisconnected', ocpp201: 'EVDisconnected' },
  groundfault: { ocpp201: 'GroundFault' },
  hardreset: { ocpp16: 'HardReset' },
  immediatereset: { ocpp201: 'ImmediateReset' },
  local: { ocpp16: 'Local', ocpp201: 'Local' },
  localoutofcredit: { ocpp201: 'LocalOutOfCredit' },
  masterpass: { ocpp201: 'MasterPass' },
  other: { ocpp16: 'Other', ocpp201: 'Other' },
  overcurrentfault: { ocpp201: 'OvercurrentFault' },
  powerloss: { ocpp16: 'PowerLoss', ocpp201: 'PowerLoss' },
  powerquality: { ocpp201: 'PowerQuality' },
  reboot: { ocpp16: 'Reboot', ocpp201: 'Reboot' },
  remote: { ocpp16: 'Remote', ocpp201: 'Remote' },
  soclimitreached: { ocpp201: 'SOCLimitReached' },
  softreset: { ocpp16: 'SoftReset' },
  stoppedbyev: { ocpp201: 'StoppedByEV' },
  timeout: { ocpp201: 'Timeout' },
  unlockcommand: { ocpp16: 'UnlockCommand' },
};

/**
 * What a meter value measures: OCPP 1.6 Measurand, OCPP 2.0.1 MeasurandEnumType, which no longer has Temperature, and OCPI
 * 2.2.1 CdrDimensionType with the unit that OCPI fixes for it. AMPECO's `Energy Consumed` is the energy of the session so
 * far, not the meter register, so it is no measurand of OCPP. `unit` is the one that AMPECO documents or, for power, the
 * one in captured bodies; a meter value carries its own, which may differ. OCPI's dimensions are sums and means over a
 * charging period, AMPECO's values are readings at an instant: the words are equivalent, the values are not.
 */
const MEASURAND: EquivalentsTable = {
  'Energy Active Import Register': {
    ocpp16: 'Energy.Active.Import.Register',
    ocpp201: 'Energy.Active.Import.Register',
    ocpi221: { dimension: 'ENERGY_IMPORT', unit: 'kWh' },
    unit: 'Wh',
  },
  'Energy Consumed': { ocpi221: { dimension: 'ENERGY', unit: 'kWh' }, unit: 'Wh' },
  'Power Active Import': {
    ocpp16: 'Power.Active.Import',
    ocpp201: 'Power.Active.Import',
    ocpi221: { dimension: 'POWER', unit: 'kW' },
    unit: 'W',
  },
  'Power Offered': { ocpp16: 'Power.Offered', ocpp201: 'Power.Offered', unit: 'W' },
  'Current Import': {
    ocpp16: 'Current.Import',
    ocpp201: 'Current.Import',
    ocpi221: { dimension: 'CURRENT', unit: 'A' },
    unit: 'A',
  },
  'Current Offered': { ocpp16: 'Current.Offered', ocpp201: 'Current.Offered', unit: 'A' },
  Voltage: { ocpp16: 'Voltage', ocpp201: 'Voltage', unit: 'V' },
  'State Of Charge': {
    ocpp16: 'SoC',
    ocpp201: 'SoC',
    ocpi221: { dimension: 'STATE_OF_CHARGE', unit: 'Percent' },
    unit: 'Percent',
  },
  Temperature: { ocpp16: 'Temperature', unit: 'Celsius' },
};

/**
 * OCPP 1.6 DiagnosticsStatus in lower case. OCPP 2.0.1 uploads logs with other messages (GetLog), whose words are not the
 * same; OCPI has no such status.
 */
const DIAGNOSTICS_STATUS: EquivalentsTable = {
  idle: { ocpp16: 'Idle' },
  uploaded: { ocpp16: 'Uploaded' },
  uploadfailed: { ocpp16: 'UploadFailed' },
  uploading: { ocpp16: 'Uploading' },
};

/**
 * For `AuthorizationNotification`, the older name: OCPP 1.6 AuthorizationStatus in the same spelling, as in OCPP 2.0.1
 * AuthorizationStatusEnumType. The statuses of `authorization.changed` (`accepted`, `rejected`, `pending`) are AMPECO's
 * own.
 */
const AUTHORIZATION_STATUS: EquivalentsTable = {
  Accepted: { ocpp16: 'Accepted', ocpp201: 'Accepted' },
  Blocked: { ocpp16: 'Blocked', ocpp201: 'Blocked' },
  Expired: { ocpp16: 'Expired', ocpp201: 'Expired' },
  Invalid: { ocpp16: 'Invalid', ocpp201: 'Invalid' },
  ConcurrentTx: { ocpp16: 'ConcurrentTx', ocpp201: 'ConcurrentTx' },
};

const TABLES = {
  hardwareStatus: HARDWARE_STATUS,
  sessionStatus: SESSION_STATUS,
  stopReason: STOP_REASON,
  measurand: MEASURAND,
  diagnosticsStatus: DIAGNOSTICS_STATUS,
  authorizationStatus: AUTHORIZATION_STATUS,
};

/** The name of a table; the enumerations of body declarations refer to it. */
export type StandardTable = keyof typeof TABLES;

/** The member `standards` lists the tables in this order. */
export const STANDARD_TABLES: Readonly<Record<StandardTable, EquivalentsTable>> = TABLES;
