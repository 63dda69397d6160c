import { action } from '../../blocks/common.js';
import { sessionStartStop } from '../../blocks/session-start-stop.js';
import { id, localInstant, required } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  ...sessionStartStop,
  action: required(action('start', 'stop')),
  userId: id('Absent for anonymous sessions'),
  startedAtTimestampLocal: localInstant('Given with multi-timezone'),
  stoppedAtTimestampLocal: localInstant('Given with multi-timezone'),
};
