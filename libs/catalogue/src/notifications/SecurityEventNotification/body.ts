import { boolean, id, instant, oneOf, required, text } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

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
  techInfo: text(),
  critical: required(boolean()),
};
