import { lastUpdatedAt } from '../../blocks/common.js';
import { RESERVATION_STATUS } from '../../blocks/reservation.js';
import { id, inferred } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

// AMPECO publishes no payload; this one is that of the current name.
export const body: Members = {
  reservationId: inferred(id()),
  status: inferred(RESERVATION_STATUS),
  lastUpdatedAt: inferred(lastUpdatedAt),
};
