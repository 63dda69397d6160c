import { describe, expect, it } from 'vitest';
import { isSensitiveName } from './sensitive-names.js';

describe('isSensitiveName', () => {
  it.each([
    'password',
    'networkPassword',
    'PASSWD_HASH',
    'client-secret',
    'accessToken',
    'pin',
    'PIN',
    'installerPin',
    'charge_point_pin',
    'pinCode',
    'bankIban',
    'IBAN',
    'bic',
    'bankBic',
    'bankAccountNumber',
    'bank_details',
    'email',
    'e-mail',
    'emailAddress',
    'mobilePhone',
    'phoneNumbers',
    'billing_address',
    'addressLine2',
    'First Name',
    'lastname',
    'personalId',
    'vatNumber',
    'vat',
    'idTag',
    'id_tag_label',
    'idTags',
    'rfidTagUid',
    'vehicleNo',
    'postCode',
  ])('tells that %s is', (name) => {
    expect(isSensitiveName(name)).toBe(true);
  });

  it.each([
    '',
    'notification',
    'chargePointId',
    'timestamp',
    'shopping',
    'spin',
    'mapping',
    'aerobic',
    'country',
    'name',
    'idTagsId',
    'idTagId',
    'vatPercentage',
    'multiBand',
    'addressed',
    'status',
    'vendorErrorCode',
    'meterValues',
    '__proto__',
    '\ud800',
  ])('tells that %s is not', (name) => {
    expect(isSensitiveName(name)).toBe(false);
  });

  it('answers the same after thousands of invented names', () => {
    for (let index = 0; index < 5_000; index++) isSensitiveName(`invented${index}`);
    expect(isSensitiveName('networkPassword')).toBe(true);
    expect(isSensitiveName('networkId')).toBe(false);
  });
});
