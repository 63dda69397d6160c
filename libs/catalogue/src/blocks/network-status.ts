import { oneOf } from '../body-schema/build.js';
import type { Field } from '../body-schema/field.js';

/** The platform's view of the charge point's socket; OCPP and OCPI have no twin of it. */
export const NETWORK_STATUS: Field = oneOf(
  ['never connected', 'available', 'temporarily unavailable', 'long-term unavailable'],
  { description: 'Whether the charge point is connected' },
);
