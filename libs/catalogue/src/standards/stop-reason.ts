import type { EquivalentsTable } from './equivalents.js';

/**
 * Why a session ended. The reasons that come from the charge point are the words of OCPP 1.6 Reason and OCPP
 * 2.0.1 ReasonEnumType in lower case; only exact ones are here. `timeoutlimitreached` is in neither list (2.0.1 has
 * TimeLimitReached and Timeout) and AMPECO's own reasons, such as `balance_exceeded`, are in no standard. OCPI has no
 * reason of a stop.
 */
export const STOP_REASON: EquivalentsTable = {
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
