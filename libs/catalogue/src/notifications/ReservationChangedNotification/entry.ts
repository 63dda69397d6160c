import { byField, defineNotification, subjectAt } from '../../entry.js';

export const reservationChangedNotification = defineNotification({
  name: 'ReservationChangedNotification',
  title: 'A reservation was made or ended',
  supersededBy: 'reservation.changed',
  resource: 'reservation',
  type: byField('status', {
    active: 'reservation.active',
    expired: 'reservation.expired',
    canceled: 'reservation.canceled',
    cancelled: 'reservation.canceled',
    done: 'reservation.done',
  }),
  subject: subjectAt('reservation', ['reservationId']),
});
