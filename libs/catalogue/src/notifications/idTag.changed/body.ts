import { action, lastUpdatedAt } from '../../blocks/common.js';
import { arrivesAs, id, required } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

// The plural is AMPECO's; the singular is read should it be mended.
export const body: Members = {
  idTagId: required(arrivesAs(id(), 'idTagsId', 'idTagId')),
  action: required(action('created', 'updated', 'deleted')),
  lastUpdatedAt,
};
