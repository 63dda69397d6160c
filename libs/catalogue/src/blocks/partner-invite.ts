import {
  boolean,
  id,
  instant,
  nullable,
  object,
  oneOf,
  required,
  sensitive,
  text,
} from '../body-schema/build.js';
import type { Members } from '../body-schema/field.js';
import { lastUpdatedAt } from './common.js';

/** What an accepted invitation allows. */
const allowed: Members = {
  allowCorporateAccountBilling: boolean(),
  limitCorporateAccountBillingToPartnerChargePoints: boolean(),
  allowAccessToPrivateChargePoints: boolean(),
};

/** An invitation inside a user. Whoever has the link can accept it. */
export const partnerInvite: Members = {
  id: required(id()),
  partnerId: required(id()),
  sendViaEmail: boolean(),
  email: sensitive(nullable(text('E-mail address'))),
  language: text(),
  acceptUrl: sensitive(nullable(text('Link that accepts the invitation'))),
  options: object(allowed),
  status: required(oneOf(['pending', 'sent', 'accepted'])),
  createdAt: required(instant()),
  acceptedAt: nullable(instant()),
  userId: nullable(id()),
  lastUpdatedAt,
};

/** Members of `partnerInvite.changed`; nothing is required but what the notification itself says is. */
export const partnerInviteMembers: Members = {
  userId: nullable(id()),
  email: sensitive(nullable(text('E-mail address'))),
  ...allowed,
};
