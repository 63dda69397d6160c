import type { JsonObject } from '@chargelog/domain';
import { isBlank } from './body.js';

/** Decides the event type of a notification. */
export interface TypeRule {
  /** Every type the rule can give, the fallback `{resource}.changed` not among them. */
  readonly types: readonly string[];
  /** True when it gives one whatever the body holds: then the entry has no fallback. */
  readonly total: boolean;
  /** The top-level member that decides; undefined where the name alone does. */
  readonly decidedBy: string | undefined;
  /** Undefined when the deciding field holds a value that AMPECO does not document. */
  readonly typeOf: (body: JsonObject) => string | undefined;
}

/** The name alone decides. */
export function fixed(type: string): TypeRule {
  return { types: [type], total: true, decidedBy: undefined, typeOf: () => type };
}

/** Whether a top-level field says anything (see {@link isBlank}) decides. */
export function byPresence(
  field: string,
  when: { readonly given: string; readonly blank: string },
): TypeRule {
  return {
    types: [when.given, when.blank],
    total: true,
    decidedBy: field,
    typeOf: (body) => (isBlank(body[field]) ? when.blank : when.given),
  };
}

/**
 * The value of a top-level field decides, through a closed table of AMPECO's values. A blank field is an unknown value
 * too, unless `whenBlank` decides then.
 */
export function byField(
  field: string,
  table: Readonly<Record<string, string>>,
  whenBlank?: TypeRule,
): TypeRule {
  const types = new Map(Object.entries(table));
  return {
    types: [...new Set([...types.values(), ...(whenBlank?.types ?? [])])],
    total: false,
    decidedBy: field,
    typeOf: (body) => {
      const value = body[field];
      if (typeof value === 'string' && value !== '') return types.get(value);
      return isBlank(value) ? whenBlank?.typeOf(body) : undefined;
    },
  };
}

/** `{resource}.{action}` for the actions that AMPECO documents under this name. */
export function byAction(resource: string, actions: readonly string[], whenBlank?: TypeRule): TypeRule {
  const table = Object.fromEntries(actions.map((action) => [action, `${resource}.${action}`]));
  return byField('action', table, whenBlank);
}

/** `reservation.{status}`. AMPECO writes `canceled` here and `cancelled` in `user.subscriptionChanged`: both are read. */
export function byReservationStatus(): TypeRule {
  return byField('status', {
    active: 'reservation.active',
    expired: 'reservation.expired',
    canceled: 'reservation.canceled',
    cancelled: 'reservation.canceled',
    done: 'reservation.done',
  });
}
