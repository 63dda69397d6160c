import {
  anything,
  boolean,
  id,
  inferred,
  instant,
  list,
  nullable,
  number,
  object,
  oneOf,
  sensitive,
  text,
  textId,
} from '../body-schema/build.js';
import type { Members } from '../body-schema/field.js';
import { externalAppData, idList, lastUpdatedAt } from './common.js';
import { partnerInvite } from './partner-invite.js';

/** Names and types of later API versions are AMPECO's and ours, in this order. */
const since3110: Members = {
  operatorId: inferred(id('Since API 3.251')),
  companyName: sensitive(inferred(nullable(text('Since API 3.251')))),
  invoiceDetails: sensitive(inferred(anything('Since API 3.251'))),
  lastActivityAt: inferred(nullable(instant('Since API 3.251'))),
  lastActivitySource: inferred(nullable(text('Since API 3.251'))),
  skipPreAuthorization: inferred(boolean('Since API 3.251')),
  skipUnpaidSessionCheck: inferred(boolean('Since API 3.251')),
};

/**
 * A person: all that names, reaches or places them is sensitive, and so is what they own. So is `createdBy`, which may hold
 * an API token, the kind that signs webhooks: AMPECO's words leave open whether it is the token or its number.
 */
export const user: Members = {
  id: textId('Elsewhere AMPECO writes the same id as a number'),
  email: sensitive(text('E-mail address')),
  emailVerified: nullable(instant('When the address was confirmed')),
  requirePasswordReset: boolean(),
  password: sensitive(nullable(text('Hash of the password'))),
  firstName: sensitive(nullable(text())),
  middleName: sensitive(nullable(text())),
  lastName: sensitive(nullable(text())),
  phone: sensitive(nullable(text())),
  country: nullable(text()),
  state: sensitive(nullable(text())),
  city: sensitive(nullable(text())),
  postCode: sensitive(nullable(text())),
  address: sensitive(nullable(text())),
  vehicleNo: sensitive(nullable(text('Number plate'))),
  personalId: sensitive(text('Number of an identity document or a national identity number')),
  locale: nullable(text()),
  balance: sensitive(number('Prepaid balance')),
  bankDetails: sensitive(
    object({
      bankIban: sensitive(nullable(text())),
      bankName: sensitive(nullable(text())),
      bankAddress: sensitive(nullable(text())),
      bankCode: sensitive(nullable(text())),
      bankAccountNumber: sensitive(nullable(text())),
      bankAccountType: sensitive(nullable(text())),
    }),
  ),
  status: oneOf(['enabled', 'disabled']),
  userGroupIds: idList(),
  externalId: nullable(text()),
  subscriptionId: nullable(id()),
  options: object({
    sessionsAllowed: oneOf([
      'single_session',
      'multiple_simultaneous_sessions_per_idtag',
      'simultaneous_use_of_idtags',
      'multiple_simultaneous_sessions_remotely_and_idtags',
    ]),
  }),
  receiveNewsAndPromotions: boolean(),
  partnerInvites: nullable(list(object(partnerInvite))),
  createdAt: instant(),
  createdBy: sensitive(
    text(
      '`admin:` or `partner:` with an id, `mobile_api`, or `token:` with what AMPECO calls the admin token',
    ),
  ),
  lastUpdatedAt,
  externalAppData: sensitive(externalAppData),
  ...since3110,
};
