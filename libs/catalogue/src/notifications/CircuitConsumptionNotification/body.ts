import { lastUpdatedAt } from '../../blocks/common.js';
import { id, list, number, object, oneOf, required } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  circuitId: id(),
  maxCurrent: number(undefined, 'A'),
  minChargePointCurrent: number(undefined, 'A'),
  currentConsumption: list(
    object({
      phase: required(oneOf(['L1', 'L2', 'L3'])),
      consumption: number('In steps of 0.1', 'A'),
      lastUpdatedAt,
    }),
  ),
};
