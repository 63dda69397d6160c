import { pointer } from '../../blocks/common.js';
import { partnerInviteMembers } from '../../blocks/partner-invite.js';
import { id } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  ...pointer('partnerInviteId', id(), 'created', 'updated', 'deleted'),
  ...partnerInviteMembers,
};
