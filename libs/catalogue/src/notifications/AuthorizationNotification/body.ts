import { lastUpdatedAt } from '../../blocks/common.js';
import { id, oneOf, required, sensitive, text } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  authorizationId: required(id()),
  chargePointId: required(id()),
  idTag: required(sensitive(text('Number of the RFID tag'))),
  status: required(
    oneOf(['Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx'], {
      description: 'OCPP 1.6 AuthorizationStatus',
      standard: 'authorizationStatus',
    }),
  ),
  lastUpdatedAt: required(lastUpdatedAt),
};
