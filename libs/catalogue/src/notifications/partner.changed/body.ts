import { pointer } from '../../blocks/common.js';
import { id, sensitive, text } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

/** All from `externalId` on is given for deleted partners only. The numbers of a sole trader can be the person's own. */
export const body: Members = {
  ...pointer('partnerId', id(), 'created', 'updated', 'deleted'),
  externalId: text(),
  companyName: text(),
  businessName: text(),
  regNo: sensitive(text('Registration number')),
  vatNo: sensitive(text('VAT number')),
  country: text(),
};
