import { lastUpdatedAt } from '../blocks/members.js';
import { id, oneOf, required, sensitive, text } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const authorizationNotification = defineNotification({
  name: 'AuthorizationNotification',
  title: 'An authorization was answered',
  supersededBy: 'authorization.changed',
  resource: 'authorization',
  type: fixed('authorization.updated'),
  subject: subjectAt('authorization', ['authorizationId']),
  body: {
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
  },
});
