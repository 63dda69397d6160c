import { id, instant, nullable, object, oneOf, required, sensitive, text } from '../body-schema/build.js';
import type { Members } from '../body-schema/field.js';
import { lastUpdatedAt } from './common.js';

/** The authorization of a session. The id tag's number starts a session for whoever knows it. */
export const authorization: Members = {
  id: required(id()),
  method: required(oneOf(['user_device', 'rfid_tag', 'admin', 'plug_and_charge'])),
  source: required(oneOf(['local', 'roaming', 'third_party'])),
  createdAt: required(instant()),
  status: required(oneOf(['accepted', 'rejected'])),
  rejectionReason: required(nullable(text())),
  userId: nullable(id()),
  rfidTagUid: sensitive(nullable(text('Number of the RFID tag'))),
  roaming: object({
    platformId: id(),
    platformRoleId: id(),
    platformRole: text(),
    reference: text('OCPI authorization_reference, or Hubject SessionID'),
    client: sensitive(text("The driver's contract: OCPI contract_id, or Hubject EVCO id")),
  }),
  lastUpdatedAt,
};
