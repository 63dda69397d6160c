import { bootNotification } from '../../blocks/boot.js';
import { id, instant, object } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  chargePointId: id(),
  timestamp: instant(),
  bootNotification: object(bootNotification),
};
