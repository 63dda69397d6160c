import {
  boolean,
  id,
  inSnakeCase,
  instant,
  integer,
  list,
  nullable,
  object,
  oneOf,
  required,
  sensitive,
  text,
} from '../body-schema/build.js';
import type { Members } from '../body-schema/field.js';
import { bootNotification } from './boot.js';
import { chargingProfile } from './charging-profile.js';
import { lastUpdatedAt } from './common.js';
import { evse } from './evse.js';
import { NETWORK_STATUS } from './network-status.js';

/** A charge point with its EVSEs. `networkPassword` and `pin` open it; the IP address of a charger at home names a person. */
export const chargePoint: Members = {
  id: required(id()),
  name: text(),
  networkId: nullable(text('OCPP charge point identity')),
  networkProtocol: required(oneOf(['ocpp 1.5', 'ocpp 1.6', 'ocpp 1.6 soap', 'ocpp 2.0.1'])),
  networkPassword: sensitive(nullable(text('Password of the OCPP connection'))),
  networkIp: sensitive(nullable(text())),
  networkPort: nullable(text()),
  networkStatus: required(NETWORK_STATUS),
  hardwareStatus: nullable(
    oneOf(['available', 'unavailable', 'faulted'], {
      description: 'Live status; null when none was ever reported',
      standard: 'hardwareStatus',
    }),
  ),
  vendorErrorCode: nullable(text()),
  status: oneOf(['active', 'disabled', 'out of order', 'demo'], {
    description: 'Master data, not the live status',
  }),
  locationId: nullable(id()),
  externalId: nullable(text()),
  pin: sensitive(text('Opens the charge point')),
  accessType: required(oneOf(['private', 'public', 'personal'])),
  plugAndCharge: boolean(),
  currentSecurityProfile: integer('OCPP security profile'),
  hardwareEnabledSecurityProfile: nullable(integer()),
  desiredSecurityProfile: nullable(integer()),
  desiredSecurityProfileStatus: oneOf(['applied', 'pending', 'rejected']),
  ownerPartnerId: nullable(id()),
  ownerPartnerContractId: nullable(id()),
  ownerUserId: nullable(id()),
  partnerCorporateBillingAsDefault: boolean(),
  partnerAccessType: oneOf(['privateViewPrivateUse', 'privateViewPublicUse', 'publicViewPrivateUse']),
  capabilities: list(
    oneOf(['REMOTE_START_STOP_CAPABLE', 'METER_VALUES', 'STOP_TRANSACTION_ON_EV_DISCONNECT']),
  ),
  managedByOperator: boolean(),
  roamingOperatorId: nullable(id()),
  autoFaultRecovery: boolean(),
  displayTariffsAndCosts: nullable(boolean()),
  showToPublicWithNotice: boolean(),
  notice: nullable(text()),
  tags: list(text()),
  uptimeTrackingEnabled: boolean(),
  uptimeTrackingActivatedAt: instant(),
  firstConnection: nullable(instant()),
  createdAt: instant(),
  lastUpdatedAt,
  lastBootNotification: nullable(object(bootNotification)),
  chargingProfile: nullable(object(inSnakeCase(chargingProfile))),
  evses: required(list(object(evse))),
};
