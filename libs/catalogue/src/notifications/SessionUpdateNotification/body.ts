import { session } from '../../blocks/session.js';
import { object, required } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = { session: required(object(session)) };
