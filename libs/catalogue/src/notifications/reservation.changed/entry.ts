import { defineNotification, subjectAt } from '../../entry.js';
import { byReservationStatus } from '../../type-rule.js';
import { body } from './body.js';

export const reservationChanged = defineNotification({
  name: 'reservation.changed',
  title: 'A reservation was made or ended',
  resource: 'reservation',
  type: byReservationStatus(),
  subject: subjectAt('reservation', ['reservationId']),
  body,
});
