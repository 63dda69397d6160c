import { chargingProfile } from '../../blocks/charging-profile.js';
import { id, instant, nullable, object, required } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  chargePointId: required(id()),
  evseId: required(nullable(id('Null for the whole charge point'))),
  sessionId: required(nullable(id())),
  chargingProfile: required(object(chargingProfile)),
  appliedAt: required(instant()),
};
