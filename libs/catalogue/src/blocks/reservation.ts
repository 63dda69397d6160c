import { oneOf } from '../body-schema/build.js';
import type { Field } from '../body-schema/field.js';

/** AMPECO writes `canceled` here and `cancelled` elsewhere: both are read. */
export const RESERVATION_STATUS: Field = oneOf(['active', 'expired', 'canceled', 'done'], {
  aliases: { cancelled: 'canceled' },
});
