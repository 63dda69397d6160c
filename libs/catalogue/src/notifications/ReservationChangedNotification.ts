import { lastUpdatedAt } from '../blocks/members.js';
import { byReservationStatus, RESERVATION_STATUS } from '../blocks/reservation.js';
import { id, inferred } from '../body-schema/build.js';
import { defineNotification, subjectAt } from '../entry.js';

export const reservationChangedNotification = defineNotification({
  name: 'ReservationChangedNotification',
  title: 'A reservation was made or ended',
  supersededBy: 'reservation.changed',
  resource: 'reservation',
  type: byReservationStatus,
  subject: subjectAt('reservation', ['reservationId']),
  subjectRequired: false,
  // AMPECO publishes no body for this name; this is the body of the current name.
  body: {
    reservationId: inferred(id()),
    status: inferred(RESERVATION_STATUS),
    lastUpdatedAt: inferred(lastUpdatedAt),
  },
});
