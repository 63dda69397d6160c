import {
  anything,
  boolean,
  id,
  instant,
  list,
  map,
  nullable,
  oneOf,
  required,
  text,
} from '../body-schema/build.js';
import type { Field, Members } from '../body-schema/field.js';

export const lastUpdatedAt: Field = instant('Last change, to the second');

export function action(...values: readonly string[]): Field {
  return oneOf(values, { description: 'What happened' });
}

/** A notification that carries only the id of what changed: the object itself has to be fetched. */
export function pointer(idName: string, subjectId: Field, ...actions: readonly string[]): Members {
  return {
    [idName]: required(subjectId),
    action: required(action(...actions)),
    lastUpdatedAt: required(lastUpdatedAt),
  };
}

export const currency: Field = { ...text('Currency'), unit: 'ISO 4217' };

export const externalAppData: Field = nullable(
  map(anything(), "What the operator's own app attached, untouched"),
);

/** Locale → text. */
export function localized(description?: string): Field {
  return map(nullable(text()), description);
}

export function idList(description?: string): Field {
  return list(id(), description);
}

/** What an accepted invitation to a partner allows. */
export const invitationOptions: Members = {
  allowCorporateAccountBilling: boolean(),
  limitCorporateAccountBillingToPartnerChargePoints: boolean(),
  allowAccessToPrivateChargePoints: boolean(),
};
