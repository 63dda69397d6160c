import { defineNotification, subjectAt } from '../../entry.js';
import { byReservationStatus } from '../../type-rule.js';
import { body } from './body.js';

export const reservationChangedNotification = defineNotification({
  name: 'ReservationChangedNotification',
  title: 'A reservation was made or ended',
  supersededBy: 'reservation.changed',
  resource: 'reservation',
  type: byReservationStatus(),
  subject: subjectAt('reservation', ['reservationId']),
  subjectRequired: false,
  body,
});
