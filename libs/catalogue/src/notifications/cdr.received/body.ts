import { instant, required, textId } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  id: required(textId('Unique within the roaming platform; the CDR is found by it as `roamingId`')),
  createdAt: required(instant()),
};
