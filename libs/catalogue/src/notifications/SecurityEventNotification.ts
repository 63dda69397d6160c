import { boolean, id, instant, oneOf, required, sensitive, text } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const securityEventNotification = defineNotification({
  name: 'SecurityEventNotification',
  title: 'A charge point reported a security event',
  resource: 'chargePoint',
  type: fixed('chargePoint.securityEventRaised'),
  subject: subjectAt('chargePoint', ['chargePointId']),
  // In the free text charge points write who failed to log in, from where and with which credentials.
  body: {
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
  },
});
