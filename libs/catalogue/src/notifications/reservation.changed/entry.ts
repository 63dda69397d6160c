import { byField, defineNotification, subjectAt } from '../../entry.js';

export const reservationChanged = defineNotification({
  name: 'reservation.changed',
  title: 'A reservation was made or ended',
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
