import {
  anything,
  id,
  instant,
  map,
  nullable,
  number,
  object,
  oneOf,
  required,
  text,
} from '../body-schema/build.js';
import type { Field, Members } from '../body-schema/field.js';

/** Members that many notifications share. */
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

/** Locale → text. */
export function localized(description?: string): Field {
  return map(nullable(text()), description);
}

export const currency: Field = { ...text('Currency'), unit: 'ISO 4217' };

/** An amount in the currency of the object around it. */
export const money: Members = {
  withTax: required(number('Amount, tax included')),
  withoutTax: number('Amount before tax'),
};

export const externalAppData: Field = nullable(
  map(anything(), "What the operator's own app attached, untouched"),
);

export const energyConsumption: Members = {
  total: required(number('All energy', 'Wh')),
  local: number('From local generation', 'Wh'),
  grid: required(number('From the grid', 'Wh')),
};

export function idList(description?: string): Field {
  return { kind: 'list', items: id(), ...(description !== undefined && { description }) };
}

export function moneyObject(description: string): Field {
  return object(money, description);
}
