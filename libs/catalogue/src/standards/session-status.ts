import type { EquivalentsTable } from './equivalents.js';

/**
 * Status of a session in OCPI 2.2.1 SessionStatus; inferred from what the words mean. AMPECO's `unknown` has
 * no word there, and OCPP has no status of a session.
 */
export const SESSION_STATUS: EquivalentsTable = {
  pending: { ocpi221: 'PENDING' },
  active: { ocpi221: 'ACTIVE' },
  finished: { ocpi221: 'COMPLETED' },
  failed: { ocpi221: 'INVALID' },
  expired: { ocpi221: 'INVALID' },
};
