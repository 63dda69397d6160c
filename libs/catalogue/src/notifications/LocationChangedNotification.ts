import { action, idList, lastUpdatedAt, localized } from '../blocks/members.js';
import {
  boolean,
  deprecated,
  id,
  inSnakeCase,
  integer,
  list,
  map,
  nullable,
  number,
  object,
  oneOf,
  required,
  text,
} from '../body-schema/build.js';
import type { Members } from '../body-schema/field.js';
import { byAction, defineNotification, fixed, subjectAt } from '../entry.js';

const image: Members = {
  original: required(text('URL')),
  thumbnail: text('URL'),
  mimeType: required(text()),
};

const workingHours: Members = inSnakeCase({
  isAlwaysOpen: required(boolean()),
  stopSessionOutsideWorkingHours: nullable(boolean()),
  hours: nullable(
    map(
      list(object({ start: required(text('Time of day')), end: required(text('Time of day')) })),
      'Day of the week (`monday`) → hours',
    ),
  ),
  alwaysOpenForUserGroupIds: nullable(idList()),
});

/** The address of a site is public, because drivers have to find it. */
const location: Members = {
  id: id(),
  ...inSnakeCase({
    publicChargePoints: integer('How many'),
    publicChargePointsIds: idList(),
    detailedDescription: localized(),
    additionalDescription: localized(),
    postCode: text(),
    externalId: nullable(text()),
    locationImage: nullable(object(image)),
    workingHours: object(workingHours),
  }),
  name: localized(),
  status: deprecated(oneOf(['active', 'disabled'])),
  description: localized(),
  geoposition: object({
    latitude: required(number(undefined, '°')),
    longitude: required(number(undefined, '°')),
  }),
  address: localized(),
  region: text('Code of a state in the US and Australia, free text elsewhere'),
  city: text(),
  country: text('ISO 3166-1 alpha-2'),
  timezone: nullable(text('Name in the time zone database')),
  images: list(object(image)),
  lastUpdatedAt,
};

export const locationChangedNotification = defineNotification({
  name: 'LocationChangedNotification',
  title: 'A location was created, edited or deleted, with the whole object',
  remark: 'Without `action`, which AMPECO does not require, it is read as an update.',
  resource: 'location',
  type: byAction('location', ['created', 'updated', 'deleted'], fixed('location.updated')),
  subject: subjectAt('location', ['location', 'id']),
  subjectRequired: false,
  body: {
    location: object(location),
    action: action('created', 'updated', 'deleted'),
    lastUpdatedAt: required(lastUpdatedAt),
  },
});
