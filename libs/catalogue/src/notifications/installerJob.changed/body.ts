import { action, lastUpdatedAt } from '../../blocks/common.js';
import { id, instant, list, object, oneOf, required, sensitive, text } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

// People write the texts for people: whom to call, where they live, how to get in.
export const body: Members = {
  id: required(id()),
  action: required(action('created', 'updated')),
  status: required(oneOf(['new', 'in_progress', 'completed', 'failed'])),
  installationAndMaintenanceCompanyId: required(id()),
  locationId: id(),
  installerAdminId: id(),
  pin: sensitive(text('Gives the installer access')),
  description: required(sensitive(text('Free text'))),
  outcomeDetails: sensitive(text('Free text')),
  createdAt: required(instant()),
  lastUpdatedAt: required(lastUpdatedAt),
  chargePoints: list(object({ id: id() })),
};
