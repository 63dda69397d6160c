/*
 * Names of undeclared members that are masked: fields that AMPECO adds between two releases of this catalogue, and bodies
 * whose notification it does not hold. A member that is masked without need can still be read with the scope
 * `events:read-sensitive`; one that is missed has been disclosed. So doubtful names are on the list.
 *
 * Names are compared in lower case without separators, so that `bankAccountNumber`, `bank_account_number` and
 * `BANK-ACCOUNT-NUMBER` are the same name. Declared members are not looked up here: their declaration decides.
 */

/** Long enough to be part of no other word, so they are looked for anywhere in a name. */
const ANYWHERE = [
  // Access secrets. AMPECO's bodies hold the charge point's password and PIN; the others are usual names of such fields.
  'password',
  'passwd',
  'passphrase',
  'passcode',
  'secret',
  'token',
  'credential',
  'apikey',
  'privatekey',
  'accesskey',
  'authorizationkey',
  'authkey',
  'signingkey',
  'sharedkey',
  'wifikey',
  'cookie',
  'pincode',
  // Anybody who has the link gets access.
  'accepturl',
  'inviteurl',
  'reseturl',
  'magiclink',
  // What a charge point accepts as identification: anybody who knows the tag's number can charge on its account.
  'rfid',
  'emaid',
  'evcoid',
  'evccid',
  'taguid',
  // Bank and payment: AMPECO's `bankDetails` and its members.
  'ibannumber',
  'bankdetails',
  'bankaccount',
  'bankcode',
  'bankname',
  'sortcode',
  'routingnumber',
  'mandatereference',
  'accountnumber',
  'accountholder',
  'cardnumber',
  'cardholder',
  // AMPECO's invoice details of a user, and their members in API 3.251.
  'invoicedetails',
  'individualname',
  'individualtaxid',
  'companytaxid',
  'citizenid',
  'mobilebarcode',
  // People.
  'email',
  'phone',
  'firstname',
  'middlename',
  'lastname',
  'fullname',
  'surname',
  'familyname',
  'givenname',
  'username',
  'contactname',
  'contactperson',
  'customername',
  'drivername',
  'ownername',
  'recipientname',
  'billingname',
  'nickname',
  'birthday',
  'birthplace',
  'birthdate',
  'dateofbirth',
  'personalid',
  'nationalid',
  'passport',
  'socialsecurity',
  'fiscalcode',
  'identitynumber',
  'identitycard',
  'driverlicen',
  'driverslicen',
  'drivinglicen',
  'vehicleno',
  'licenseplate',
  'licenceplate',
  'numberplate',
  'registrationplate',
  // Of a company, but also of a sole trader. `vatPercentage` is a rate and not sensitive.
  'vatno',
  'vatnumber',
  'vatid',
  'registrationnumber',
  'companyregno',
  // The address of a charge point at home identifies a person.
  'networkip',
] as const;

/** Looked for at the end of a name. */
const AT_END = [
  'address',
  'addressline',
  'street',
  'streetname',
  'housenumber',
  'postcode',
  'postalcode',
  'zipcode',
  'idtag',
  'idtaguid',
  'idtaglabel',
  'swift',
  'mobile',
  'mobilenumber',
  'iban',
  'taxnumber',
  'regno',
  'accountno',
] as const;

/** Short, and part of harmless words too (`aerobic`, `template`), so the whole name or its last word must be equal. */
const LAST_WORD = [
  'pin',
  'pins',
  'puk',
  'psk',
  'otp',
  'bic',
  'cvv',
  'cvc',
  'pan',
  'vat',
  'vin',
  'plate',
  'plateNumber',
  'plate_number',
  'ssn',
  'dob',
  'idCard',
  'id_card',
  'tel',
  'fax',
  'zip',
  // The numbers of a SIM card identify its subscriber.
  'iccid',
  'imsi',
  'msisdn',
] as const;

/** Harmless as a part of other names (`minimumBalance`, `reportUid`, `ownerPartnerContractId`), so the whole name must be equal. */
const WHOLE = [
  'balance',
  'updatedbalance',
  'uid',
  'contractid',
  // Declared sensitive in the notifications that have them: the first may hold a token, the others are free text.
  'createdby',
  'techinfo',
  'outcomedetails',
  'resolutiondetails',
] as const;

const SUSPECT = new RegExp(
  `${ANYWHERE.join('|')}|(?:${AT_END.join('|')})(?:e?s|[0-9]+)?$|^(?:${WHOLE.join('|')})$`,
);
const SUSPECT_LAST_WORD = new RegExp(
  `(?:^|[^A-Za-z]|[a-z0-9](?=[A-Z]))(?:${LAST_WORD.map(anyCase).join('|')})[0-9]*$`,
);

/** Bodies repeat the same few names. Bounded, because a sender can invent any number of them. */
const MAX_REMEMBERED = 2_000;
const remembered = new Map<string, boolean>();

/** Whether an undeclared member has to be left out because of its name. Never throws. */
export function isSensitiveName(name: string): boolean {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const sensitive =
    SUSPECT.test(name.toLowerCase().replace(/[^a-z0-9]+/g, '')) || SUSPECT_LAST_WORD.test(name);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(name, sensitive);
  return sensitive;
}

/** `pin`, `Pin` or `PIN`: the forms of a last word in the usual styles of names. */
function anyCase(word: string): string {
  return `${word}|${word[0]!.toUpperCase()}${word.slice(1)}|${word.toUpperCase()}`;
}
