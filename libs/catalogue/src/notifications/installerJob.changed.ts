import { action, lastUpdatedAt } from '../blocks/members.js';
import { id, instant, list, object, oneOf, required, sensitive, text } from '../body-schema/build.js';
import { ONLY } from '../body-values.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const installerJobChanged = defineNotification({
  name: 'installerJob.changed',
  title: "An installer's job was made or went a step on",
  resource: 'installerJob',
  type: byAction('installerJob', ['created', 'updated']),
  subject: subjectAt('installerJob', ['id']),
  // A job with several charge points has no related charge point, as an event keeps one id; it is found by its own id.
  related: { chargePoint: [['chargePoints', ONLY, 'id']] },
  // The free texts hold what an installer has to know: whom to call, where they live, how to get in.
  body: {
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
  },
});
