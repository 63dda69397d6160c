import type { StandardTable } from '../standards/tables.js';
import type { Field, FieldFacts, Members } from './field.js';

/*
 * The functions that body declarations are written with; they return plain data. The innermost call says what a place holds
 * (`instant('When it stopped')`), the calls around it what AMPECO documents of it (`required(nullable(instant()))`).
 * A description is given where the member's name is not enough.
 */

export function text(description?: string): Field {
  return { kind: 'text', ...described(description) };
}

export function number(description?: string, unit?: string): Field {
  return { kind: 'number', ...described(description, unit) };
}

export function integer(description?: string, unit?: string): Field {
  return { kind: 'integer', ...described(description, unit) };
}

export function boolean(description?: string): Field {
  return { kind: 'boolean', ...described(description) };
}

/** AMPECO does not document the value, or does not fix its form. */
export function anything(description?: string): Field {
  return { kind: 'anything', ...described(description) };
}

/** An id that AMPECO writes as a number. */
export function id(description?: string): Field {
  return { kind: 'id', as: 'integer', ...described(description) };
}

/** An id that AMPECO writes as text. */
export function textId(description?: string): Field {
  return { kind: 'id', as: 'text', ...described(description) };
}

export function instant(description?: string): Field {
  return { kind: 'instant', ...described(description) };
}

export function localInstant(description?: string): Field {
  return { kind: 'localInstant', ...described(description) };
}

export function oneOf(
  values: readonly (string | number)[],
  more: {
    readonly description?: string;
    readonly unit?: string;
    readonly standard?: StandardTable;
    readonly aliases?: Readonly<Record<string, string>>;
  } = {},
): Field {
  return { kind: 'enumeration', values, ...more };
}

export function map(values: Field, description?: string): Field {
  return { kind: 'map', values, ...described(description) };
}

export function list(items: Field, description?: string): Field {
  return { kind: 'list', items, ...described(description) };
}

export function object(members: Members, description?: string): Field {
  return { kind: 'object', members, ...described(description) };
}

export function required(field: Field): Field {
  return { ...field, required: true };
}

export function nullable(field: Field): Field {
  return { ...field, nullable: true };
}

export function sensitive(field: Field): Field {
  return { ...field, sensitive: true };
}

/** @param supersededBy a path from the same object, `energyConsumption.total` */
export function deprecated(field: Field, supersededBy?: string): Field {
  return { ...field, deprecated: supersededBy === undefined ? {} : { supersededBy } };
}

/** The name or the form is inferred: for what came after API 3.110 AMPECO publishes names without types. */
export function inferred(field: Field): Field {
  return { ...field, evidence: 'inferred' };
}

/** @param spellings on the wire, the documented one first */
export function arrivesAs(field: Field, ...spellings: readonly [string, ...string[]]): Field {
  return { ...field, wire: spellings };
}

/** Members that AMPECO writes in snake case: `firmwareVersion` arrives as `firmware_version`. */
export function inSnakeCase(members: Members): Members {
  return Object.fromEntries(
    Object.entries(members).map(([name, field]) => {
      const spelling = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return [name, spelling === name ? field : arrivesAs(field, spelling)];
    }),
  );
}

function described(description?: string, unit?: string): Pick<FieldFacts, 'description' | 'unit'> {
  return { ...(description !== undefined && { description }), ...(unit !== undefined && { unit }) };
}
