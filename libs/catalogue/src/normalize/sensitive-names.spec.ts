import { describe, expect, it } from 'vitest';
import { NOTIFICATIONS, type Field, type Members } from '../index.js';
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
    'acceptUrl',
    'invoiceDetails',
    'individualName',
    'individualTaxId',
    'companyRegNo',
    'citizenId',
    'mobileBarCode',
    'regNo',
    'bankName',
    'iccid',
    'simImsi',
    'networkIp',
    'uid',
    'tagUid',
    'contractId',
    'contract_id',
    'evccId',
    'balance',
    'carPlate',
    'plate_number',
    'numberPlate',
    'customerName',
    'idCard',
    'tel',
    'zip',
  ])('recognizes %s', (name) => {
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
    'minimumBalance',
    'reportUid',
    'ownerPartnerContractId',
    'template',
    'templateNumber',
    'validCard',
    'trimSize',
    'gzip',
    'placeholderName',
    'taxId',
    'signature',
    'authorization',
    'status',
    'vendorErrorCode',
    'meterValues',
    '__proto__',
    '\ud800',
  ])('does not recognize %s', (name) => {
    expect(isSensitiveName(name)).toBe(false);
  });

  it('answers the same after thousands of invented names', () => {
    for (let index = 0; index < 5_000; index++) isSensitiveName(`invented${index}`);
    expect(isSensitiveName('networkPassword')).toBe(true);
    expect(isSensitiveName('networkId')).toBe(false);
  });

  it('recognizes every name that some notification declares sensitive, in case an unknown notification has it', () => {
    const missed = new Set(
      NOTIFICATIONS.flatMap(({ body }) => sensitiveNames(body)).filter((name) => !isSensitiveName(name)),
    );
    // These words alone do not show what they name.
    expect([...missed].toSorted()).toEqual([
      'city',
      'client',
      'companyName',
      'data',
      'description',
      'externalAppData',
      'state',
      'value',
    ]);
  });
});

function sensitiveNames(members: Members): string[] {
  return Object.entries(members).flatMap(([name, field]) => [
    ...(field.sensitive === true ? [name, ...(field.wire ?? [])] : []),
    ...innerSensitiveNames(field),
  ]);
}

function innerSensitiveNames(field: Field): string[] {
  switch (field.kind) {
    case 'object':
      return sensitiveNames(field.members);
    case 'list':
      return innerSensitiveNames(field.items);
    case 'map':
      return innerSensitiveNames(field.values);
    default:
      return [];
  }
}
