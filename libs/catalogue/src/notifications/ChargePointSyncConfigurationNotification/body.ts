import { lastUpdatedAt } from '../../blocks/common.js';
import { boolean, id, instant, list, object, required, sensitive, text } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

// A value may be the charge point's OCPP or Wi-Fi password: vendors return what OCPP calls write-only.
export const body: Members = {
  chargePointId: required(id()),
  requestId: id('Absent when nobody asked: after a boot'),
  configuration: list(
    object({
      key: text('Key of OCPP 1.6 or of the vendor'),
      value: sensitive(text()),
      readonly: boolean(),
      required: boolean('Whether OCPP 1.6 requires the key'),
      timestamp: instant(),
      lastUpdatedAt,
    }),
    'All keys, or those asked for',
  ),
  error: text('Given when the sync failed'),
};
