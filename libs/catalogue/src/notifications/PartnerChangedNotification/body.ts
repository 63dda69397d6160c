import { action } from '../../blocks/common.js';
import { arrivesAs, object, required, textId } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  partner: required(arrivesAs(object({ id: textId() }), 'user')),
  action: required(action('created', 'deleted')),
};
