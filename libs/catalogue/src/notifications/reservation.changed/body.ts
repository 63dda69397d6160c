import { lastUpdatedAt } from '../../blocks/common.js';
import { RESERVATION_STATUS } from '../../blocks/reservation.js';
import { id, required } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  reservationId: required(id()),
  status: required(RESERVATION_STATUS),
  lastUpdatedAt: required(lastUpdatedAt),
};
