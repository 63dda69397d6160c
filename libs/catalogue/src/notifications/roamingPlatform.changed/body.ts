import { pointer } from '../../blocks/common.js';
import { id } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = pointer('roamingPlatformId', id(), 'created', 'updated', 'deleted');
