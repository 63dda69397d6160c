import { lastUpdatedAt } from '../blocks/members.js';
import { id, oneOf, required } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const parkingSpaceOccupancyStatusChanged = defineNotification({
  name: 'parkingSpace.occupancyStatus.changed',
  title: 'A parking space became free or taken',
  resource: 'parkingSpace',
  type: fixed('parkingSpace.occupancyChanged'),
  subject: subjectAt('parkingSpace', ['parkingSpaceId']),
  body: {
    parkingSpaceId: required(id()),
    occupancyStatus: required(oneOf(['available', 'occupied'])),
    lastUpdatedAt: required(lastUpdatedAt),
  },
});
