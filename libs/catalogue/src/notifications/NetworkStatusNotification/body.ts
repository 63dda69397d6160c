import { NETWORK_STATUS } from '../../blocks/network-status.js';
import { id, instant, required } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  chargePointId: required(id()),
  timestamp: required(instant()),
  networkStatus: required(NETWORK_STATUS),
};
