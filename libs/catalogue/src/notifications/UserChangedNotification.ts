import { action, externalAppData, idList, invitationOptions, lastUpdatedAt } from '../blocks/members.js';
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
  required,
  sensitive,
  text,
  textId,
} from '../body-schema/build.js';
import type { Members } from '../body-schema/field.js';
import { byField, defineNotification, subjectAt } from '../entry.js';

/** An invitation inside a user. Anybody who has the link can accept it. */
const partnerInvite: Members = {
  id: required(id()),
  partnerId: required(id()),
  sendViaEmail: boolean(),
  email: sensitive(nullable(text('E-mail address'))),
  language: text(),
  acceptUrl: sensitive(nullable(text('Link that accepts the invitation'))),
  options: object(invitationOptions),
  status: required(oneOf(['pending', 'sent', 'accepted'])),
  createdAt: required(instant()),
  acceptedAt: nullable(instant()),
  userId: nullable(id()),
  lastUpdatedAt,
};

/**
 * A person. Everything that identifies, reaches or locates them is sensitive, and so is what they own. `createdBy` is too,
 * because it may hold an API token, the kind that signs webhooks: AMPECO does not say whether it is the token or its id.
 */
const user: Members = {
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
  // Of later API versions: AMPECO publishes the names, the types are inferred.
  operatorId: inferred(id('Since API 3.251')),
  companyName: sensitive(inferred(nullable(text('Since API 3.251')))),
  invoiceDetails: sensitive(inferred(anything('Since API 3.251'))),
  lastActivityAt: inferred(nullable(instant('Since API 3.251'))),
  lastActivitySource: inferred(nullable(text('Since API 3.251'))),
  skipPreAuthorization: inferred(boolean('Since API 3.251')),
  skipUnpaidSessionCheck: inferred(boolean('Since API 3.251')),
};

export const userChangedNotification = defineNotification({
  name: 'UserChangedNotification',
  title: 'A user was created, edited, deleted or erased, with the whole object',
  remark:
    "`permanently deleted` follows the person's own request to be forgotten; the event type is `user.erased`.",
  resource: 'user',
  type: byField('action', {
    created: 'user.created',
    updated: 'user.updated',
    deleted: 'user.deleted',
    'permanently deleted': 'user.erased',
  }),
  subject: subjectAt('user', ['user', 'id']),
  subjectRequired: false,
  body: {
    user: required(object(user)),
    action: required(action('created', 'updated', 'deleted', 'permanently deleted')),
    lastUpdatedAt: required(lastUpdatedAt),
  },
});
