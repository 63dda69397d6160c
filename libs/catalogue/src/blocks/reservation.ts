import { oneOf } from '../body-schema/build.js';
import type { Field } from '../body-schema/field.js';
import { byField, type TypeRule } from '../entry.js';

/** AMPECO writes `canceled` here and `cancelled` elsewhere: both are read. */
export const RESERVATION_STATUS: Field = oneOf(['active', 'expired', 'canceled', 'done'], {
  aliases: { cancelled: 'canceled' },
});

/** `reservation.{status}`, in both spellings of `canceled`. */
export const byReservationStatus: TypeRule = byField('status', {
  active: 'reservation.active',
  expired: 'reservation.expired',
  canceled: 'reservation.canceled',
  cancelled: 'reservation.canceled',
  done: 'reservation.done',
});
