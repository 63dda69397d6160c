import { boolean, id, instant, oneOf, required, sensitive, text } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

// The free text is where charge points write who failed to log in, from where and with what.
export const body: Members = {
  chargePointId: required(id()),
  type: required(
    oneOf(
      [
        'FirmwareUpdated',
        'FailedToAuthenticateAtCentralSystem',
        'CentralSystemFailedToAuthenticate',
        'SettingSystemTime',
        'StartupOfTheDevice',
        'ResetOrReboot',
        'SecurityLogWasCleared',
        'ReconfigurationOfSecurityParameters',
        'MemoryExhaustion',
        'InvalidMessages',
        'AttemptedReplayAttacks',
        'TamperDetectionActivated',
        'InvalidFirmwareSignature',
        'InvalidFirmwareSigningCertificate',
        'InvalidCentralSystemCertificate',
        'InvalidChargePointCertificate',
        'InvalidTLSVersion',
        'InvalidTLSCipherSuite',
      ],
      { description: 'Event of the OCPP security white paper' },
    ),
  ),
  timestamp: required(instant()),
  techInfo: sensitive(text('Free text of the charge point')),
  critical: required(boolean()),
};
