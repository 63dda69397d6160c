import {
  bootDetails,
  chargingProfile,
  EVSE_HARDWARE_STATUS,
  NETWORK_STATUS,
} from '../blocks/charge-point.js';
import { action, lastUpdatedAt } from '../blocks/members.js';
import {
  arrivesAs,
  boolean,
  id,
  inSnakeCase,
  instant,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  required,
  sensitive,
  text,
  textId,
} from '../body-schema/build.js';
import type { Members } from '../body-schema/field.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

const connector: Members = {
  id: id(),
  status: oneOf(['active', 'disabled']),
  type: oneOf([
    'type1',
    'type2',
    'type3',
    'chademo',
    'ccs1',
    'ccs2',
    'catarc',
    'schuko',
    'nacs',
    'cee16',
    'cee32',
    'j1772',
    'inductive',
    'nema-5-20',
    'nema-6-30',
    'nema-6-50',
    'type-e-french',
    'type-g-british',
    'type-j-swiss',
    'avcon',
    'chaoji',
  ]),
  format: oneOf(['socket', 'cable']),
};

const roaming: Members = {
  evseId: nullable(textId('Id under which roaming partners know the EVSE')),
  tariffIds: nullable(list(textId(), 'As the CPO named them')),
  capabilities: list(text(), 'As the CPO named them'),
  status: nullable(
    oneOf(
      [
        'available',
        'blocked',
        'charging',
        'inoperative',
        'outoforder',
        'planned',
        'removed',
        'reserved',
        'unknown',
      ],
      { description: 'OCPI EVSE status in lower case' },
    ),
  ),
};

/** An EVSE inside a charge point. */
const evse: Members = {
  id: required(id()),
  externalId: nullable(text()),
  chargingProfile: nullable(object(inSnakeCase(chargingProfile))),
  roaming: object(roaming),
  connectors: list(object(connector)),
  networkId: required(text('OCPP number of the EVSE, from 1: `connectorId` of OCPP 1.6')),
  physicalReference: text('What is written on the outlet'),
  currentType: oneOf(['ac', 'dc']),
  maxPower: nullable(number('AMPECO gives the unit as Wh; W is meant', 'W')),
  maxVoltage: nullable(text('In V, one value or a range such as `220-240`')),
  maxAmperage: nullable(number(undefined, 'A')),
  status: oneOf(['active', 'disabled', 'out of order'], { description: 'Master data, not the live status' }),
  midMeterCertificationEndYear: nullable(number()),
  tariffGroupId: nullable(id()),
  allowsReservation: boolean(),
  hardwareStatus: EVSE_HARDWARE_STATUS,
};

/**
 * A charge point with its EVSEs. `networkPassword` and `pin` give access to it; the IP address of a charger at home
 * identifies a person.
 */
const chargePoint: Members = {
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
  lastBootNotification: nullable(object(bootDetails)),
  chargingProfile: nullable(object(inSnakeCase(chargingProfile))),
  evses: required(list(object(evse))),
};

export const chargePointChangedNotification = defineNotification({
  name: 'ChargePointChangedNotification',
  title: 'A charge point was created, edited or deleted, with the whole object',
  remark:
    'Two notifications replace it: changes of EVSEs and connectors are told by [`evse.changed`](evse.changed.md).',
  supersededBy: 'chargePoint.changed',
  resource: 'chargePoint',
  type: byAction('chargePoint', ['created', 'updated', 'deleted']),
  subject: subjectAt('chargePoint', ['chargePoint', 'id'], ['charge-point', 'id']),
  related: {
    location: [
      ['chargePoint', 'locationId'],
      ['charge-point', 'locationId'],
    ],
  },
  // AMPECO's specification defines the member as `chargePoint` and requires it as `charge-point`; both are accepted.
  body: {
    chargePoint: required(arrivesAs(object(chargePoint), 'chargePoint', 'charge-point')),
    action: required(action('created', 'updated', 'deleted')),
    lastUpdatedAt: required(lastUpdatedAt),
  },
});
