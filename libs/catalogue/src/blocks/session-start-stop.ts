import { id, instant, integer, number, required, sensitive, text, textId } from '../body-schema/build.js';
import type { Members } from '../body-schema/field.js';
import { externalAppData, lastUpdatedAt } from './common.js';
import { STOP_REASONS } from './stop-reasons.js';

/** What the older and the current notification of starts and stops have in common. */
export const sessionStartStop: Members = {
  sessionId: required(id()),
  chargePointId: required(id()),
  evseId: required(id()),
  idTag: sensitive(text('Number of the RFID tag, or `*` and the session id for a remote start')),
  externalSessionId: textId(),
  startedAtTimestamp: required(instant()),
  stoppedAtTimestamp: instant(),
  energyConsumed: number(undefined, 'Wh'),
  reason: STOP_REASONS,
  meterStart: required(integer('Meter register at the start', 'Wh')),
  meterStop: required(integer('Meter register at the stop; given at a start too', 'Wh')),
  lastUpdatedAt: required(lastUpdatedAt),
  externalAppData,
};
