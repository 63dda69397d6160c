import type { StandardTable } from '../body-schema/field.js';
import { AUTHORIZATION_STATUS } from './authorization-status.js';
import { DIAGNOSTICS_STATUS } from './diagnostics-status.js';
import type { EquivalentsTable } from './equivalents.js';
import { HARDWARE_STATUS } from './hardware-status.js';
import { MEASURAND } from './measurand.js';
import { SESSION_STATUS } from './session-status.js';
import { STOP_REASON } from './stop-reason.js';

export type { Equivalents, EquivalentsTable } from './equivalents.js';

/** In the order in which `standards` lists the tables. */
export const STANDARD_TABLES: Readonly<Record<StandardTable, EquivalentsTable>> = {
  hardwareStatus: HARDWARE_STATUS,
  sessionStatus: SESSION_STATUS,
  stopReason: STOP_REASON,
  measurand: MEASURAND,
  diagnosticsStatus: DIAGNOSTICS_STATUS,
  authorizationStatus: AUTHORIZATION_STATUS,
};
