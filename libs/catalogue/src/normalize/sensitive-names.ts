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
  'pincode',
  // What a charge point accepts instead of a person: whoever knows the tag's number can charge on its account.
  'rfid',
  'emaid',
  'evcoid',
  // Bank and payment: AMPECO's `bankDetails` with all that is in it.
  'ibannumber',
  'bankdetails',
  'bankaccount',
  'bankcode',
  'accountnumber',
  'accountholder',
  'cardnumber',
  'cardholder',
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
  'birthdate',
  'dateofbirth',
  'personalid',
  'nationalid',
  'passport',
  'socialsecurity',
  'vehicleno',
  'licenseplate',
  'licenceplate',
  // A company's, but also a sole trader's; `vatPercentage` is a rate and no secret.
  'vatno',
  'vatnumber',
  'vatid',
] as const;

/** Looked for at the end of a name. */
const AT_END = [
  'address',
  'addressline',
  'street',
  'streetname',
  'postcode',
  'postalcode',
  'zipcode',
  'idtag',
  'idtaguid',
  'idtaglabel',
  'swift',
  'mobile',
  'iban',
  'taxnumber',
] as const;

/** Short, and the end of harmless words too (`aerobic`), so the whole name or its last word must be it. */
const LAST_WORD = ['pin', 'pins', 'bic', 'otp', 'cvv', 'cvc', 'vin', 'ssn', 'vat', 'pan'] as const;

const SUSPECT = new RegExp(`${ANYWHERE.join('|')}|(?:${AT_END.join('|')})(?:e?s|[0-9]+)?$`);
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
