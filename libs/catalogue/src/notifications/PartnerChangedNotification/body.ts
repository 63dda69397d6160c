import { arrivesAs, object, required, textId } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';
import { action } from '../../blocks/common.js';

// AMPECO calls the member `user`; the id in it is the partner's.
export const body: Members = {
  partner: required(arrivesAs(object({ id: textId() }), 'user')),
  action: required(action('created', 'deleted')),
};
