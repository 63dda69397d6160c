import { id, instant, list, object, oneOf, required, sensitive, text } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';
import { action, lastUpdatedAt } from '../../blocks/common.js';

export const body: Members = {
  id: required(id()),
  action: required(action('created', 'updated')),
  status: required(oneOf(['new', 'in_progress', 'completed', 'failed'])),
  installationAndMaintenanceCompanyId: required(id()),
  locationId: id(),
  installerAdminId: id(),
  pin: sensitive(text('Gives the installer access')),
  description: required(text()),
  outcomeDetails: text(),
  createdAt: required(instant()),
  lastUpdatedAt: required(lastUpdatedAt),
  chargePoints: list(object({ id: id() })),
};
