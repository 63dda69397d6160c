import type { EquivalentsTable } from './equivalents.js';

/**
 * Of `AuthorizationNotification`, the older name: OCPP 1.6 AuthorizationStatus in the same spelling, which is
 * also the one of OCPP 2.0.1 AuthorizationStatusEnumType. The statuses of `authorization.changed` (`accepted`,
 * `rejected`, `pending`) are AMPECO's own.
 */
export const AUTHORIZATION_STATUS: EquivalentsTable = {
  Accepted: { ocpp16: 'Accepted', ocpp201: 'Accepted' },
  Blocked: { ocpp16: 'Blocked', ocpp201: 'Blocked' },
  Expired: { ocpp16: 'Expired', ocpp201: 'Expired' },
  Invalid: { ocpp16: 'Invalid', ocpp201: 'Invalid' },
  ConcurrentTx: { ocpp16: 'ConcurrentTx', ocpp201: 'ConcurrentTx' },
};
