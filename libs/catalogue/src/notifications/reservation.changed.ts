import { lastUpdatedAt } from '../blocks/members.js';
import { byReservationStatus, RESERVATION_STATUS } from '../blocks/reservation.js';
import { id, required } from '../body-schema/build.js';
import { defineNotification, subjectAt } from '../entry.js';

export const reservationChanged = defineNotification({
  name: 'reservation.changed',
  title: 'A reservation was made or ended',
  resource: 'reservation',
  type: byReservationStatus,
  subject: subjectAt('reservation', ['reservationId']),
  body: {
    reservationId: required(id()),
    status: required(RESERVATION_STATUS),
    lastUpdatedAt: required(lastUpdatedAt),
  },
});
