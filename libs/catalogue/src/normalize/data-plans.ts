import { NOTIFICATIONS } from '../notifications/index.js';
import { compileData, type DataPlan } from './render-data.js';

const BODIES = new Map(NOTIFICATIONS.map(({ name, major, body }) => [name, { major, body }]));
const plans = new Map<string, DataPlan>();

/** Nothing is declared: the data is the body in one line, masked by the list of names. */
const UNRECOGNIZED_PLAN = compileData({});

/**
 * How bodies of a notification are served, compiled with the first one. For a name that the catalogue does not hold
 * there is a plan too.
 *
 * @param major of the normalized data; default the newest
 * @returns undefined for a major that the catalogue does not hold
 */
export function dataPlanOf(notification: string, major?: number): DataPlan | undefined {
  const declared = BODIES.get(notification);
  if (declared === undefined) return UNRECOGNIZED_PLAN;
  if (major !== undefined && major !== declared.major) return undefined;
  let plan = plans.get(notification);
  if (plan === undefined) plans.set(notification, (plan = compileData(declared.body)));
  return plan;
}
