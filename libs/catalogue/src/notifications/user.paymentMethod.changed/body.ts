import { pointer } from '../../blocks/common.js';
import { id, required, textId } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  paymentMethodId: required(textId()),
  ...pointer('userId', id(), 'created', 'updated', 'deleted'),
};
