import { action } from '../../blocks/common.js';
import { sessionStartStop } from '../../blocks/session-start-stop.js';
import { id, nullable } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  ...sessionStartStop,
  action: action('start', 'stop'),
  userId: nullable(id('Given at a start only; null for anonymous sessions')),
};
