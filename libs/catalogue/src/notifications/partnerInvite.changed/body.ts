import { id } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';
import { pointer } from '../../blocks/common.js';
import { partnerInviteMembers } from '../../blocks/partner-invite.js';

export const body: Members = {
  ...pointer('partnerInviteId', id(), 'created', 'updated', 'deleted'),
  ...partnerInviteMembers,
};
