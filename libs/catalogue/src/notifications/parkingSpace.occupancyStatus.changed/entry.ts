import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const parkingSpaceOccupancyStatusChanged = defineNotification({
  name: 'parkingSpace.occupancyStatus.changed',
  title: 'A parking space became free or taken',
  resource: 'parkingSpace',
  type: fixed('parkingSpace.occupancyChanged'),
  subject: subjectAt('parkingSpace', ['parkingSpaceId']),
  body,
});
