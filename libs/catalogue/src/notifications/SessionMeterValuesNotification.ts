import {
  id,
  inferred,
  instant,
  list,
  number,
  object,
  oneOf,
  required,
  text,
  textId,
} from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const sessionMeterValuesNotification = defineNotification({
  name: 'SessionMeterValuesNotification',
  title: 'Meter values of a running session',
  remark: 'A value carries neither phase nor context, so a measurand may be there several times.',
  resource: 'session',
  type: fixed('session.metered'),
  subject: subjectAt('session', ['sessionId']),
  body: {
    sessionId: required(id()),
    chargePointId: required(id()),
    evseId: required(id()),
    externalSessionId: textId(),
    meterValues: list(
      object({
        timestamp: instant(),
        measurand: oneOf(
          [
            'Energy Consumed',
            'Energy Active Import Register',
            'State Of Charge',
            'Current Import',
            'Current Offered',
            'Voltage',
            'Power Active Import',
            'Temperature',
            'Power Offered',
          ],
          {
            description: 'What was measured; further values depend on the charge point',
            standard: 'measurand',
          },
        ),
        value: number('In `unit`; Energy Consumed counts from the start of the session'),
        unit: oneOf(['Wh', 'A', 'V', 'Percent', 'Celsius']),
        location: inferred(text('Where it was measured (OCPP); since API 3.251')),
      }),
    ),
  },
});
