import type { EquivalentsTable } from './equivalents.js';

/**
 * OCPP 1.6 DiagnosticsStatus in lower case. OCPP 2.0.1 uploads logs by another exchange (GetLog), whose words
 * are not the same; OCPI has nothing of the kind.
 */
export const DIAGNOSTICS_STATUS: EquivalentsTable = {
  idle: { ocpp16: 'Idle' },
  uploaded: { ocpp16: 'Uploaded' },
  uploadfailed: { ocpp16: 'UploadFailed' },
  uploading: { ocpp16: 'Uploading' },
};
