import {
  boolean,
  id,
  inSnakeCase,
  list,
  nullable,
  number,
  object,
  oneOf,
  required,
  text,
  textId,
} from '../body-schema/build.js';
import type { Field, Members } from '../body-schema/field.js';
import { chargingProfile } from './charging-profile.js';

/** Live status of an EVSE; null when it never reported one. */
export const EVSE_HARDWARE_STATUS: Field = nullable(
  oneOf(
    [
      'available',
      'preparing',
      'charging',
      'suspendedEV',
      'suspendedEVSE',
      'finishing',
      'reserved',
      'unavailable',
      'faulted',
    ],
    { description: 'Live status; null when none was ever reported', standard: 'hardwareStatus' },
  ),
);

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
export const evse: Members = {
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
