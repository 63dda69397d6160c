/**
 * Names of members that nobody declared and that are masked all the same: fields that AMPECO adds between two releases
 * of this catalogue, and bodies whose notification is not in it at all. A member masked in vain costs a reader a value
 * that the scope `events:read-sensitive` gives back; one missed is out for good, so doubtful names are on the list.
 *
 * Compared in lower case without separators, so that `bankAccountNumber`, `bank_account_number` and `BANK-ACCOUNT-NUMBER`
 * are one name. Declared members are not judged by this list: their declaration decides.
 */

/** Long enough not to be part of another word, so they are looked for anywhere in a name. */
const ANYWHERE = [
  // Access secrets: the charge point's password and PIN are in AMPECO's bodies, the rest is what such fields are called.
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
  // Whoever has the link is let in.
  'accepturl',
  'inviteurl',
  'reseturl',
  'magiclink',
  // What a charge point accepts instead of a person: whoever knows the tag's number can charge on its account.
  'rfid',
  'emaid',
  'evcoid',
  'evccid',
  'taguid',
  // Bank and payment: AMPECO's `bankDetails` with all that is in it.
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
  // AMPECO's invoice details of a user, whole, and what is in them at API 3.251.
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
  // A company's, but also a sole trader's; `vatPercentage` is a rate and no secret.
  'vatno',
  'vatnumber',
  'vatid',
  'registrationnumber',
  'companyregno',
  // Of a charge point at home it names a person.
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

/** Short, and the end of harmless words too (`aerobic`, `template`), so the whole name or its last word must be it. */
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
  // The numbers of a SIM name its subscriber.
  'iccid',
  'imsi',
  'msisdn',
] as const;

/** Harmless as a part of other names (`minimumBalance`, `reportUid`, `ownerPartnerContractId`), so the whole name must be it. */
const WHOLE = [
  'balance',
  'updatedbalance',
  'uid',
  'contractid',
  // Declared sensitive where they are known: a token in one, free text in the others.
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

/** Bodies repeat the same few names. Bounded, because anybody can invent new ones. */
const MAX_REMEMBERED = 2_000;
const remembered = new Map<string, boolean>();

/** Whether a member that is not declared has to be left out by its name alone. Total. */
export function isSensitiveName(name: string): boolean {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const sensitive =
    SUSPECT.test(name.toLowerCase().replace(/[^a-z0-9]+/g, '')) || SUSPECT_LAST_WORD.test(name);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(name, sensitive);
  return sensitive;
}

/** `pin`, `Pin` or `PIN`, as the last word of a name in any style writes it. */
function anyCase(word: string): string {
  return `${word}|${word[0]!.toUpperCase()}${word.slice(1)}|${word.toUpperCase()}`;
}
