import type { JsonObject, JsonValue } from '@chargelog/domain';
import { rivalsOf, spellingsOf, type Field, type Members } from '../body-schema/field.js';
import { Departures, toStep, toUnknownStep, type Departure, type DepartureKind } from './departure.js';
import { isInstant, isLocalInstant } from './gate.js';

/** Lists every difference between a body and its declaration. */
export type Diagnosis = (body: JsonObject) => readonly Departure[];

/** Checks the value of one place: `step` is the place's own step of the JSON Pointer, `at` the pointer of its parent. */
type Check = (value: JsonValue, at: string, step: string, found: Departures) => void;
type ObjectCheck = (object: JsonObject, at: string, found: Departures) => void;

/**
 * Compiles a declaration to a walk. It finds more than the gate and is slower, so it runs only on bodies that the gate
 * refused; property tests check that the two agree. The walk follows the declaration, not the body: however deep a body
 * is, it goes no deeper than what is documented. Never throws.
 */
export function compileDiagnosis(members: Members): Diagnosis {
  const check = checkMembers({ notification: { kind: 'anything' }, ...members });
  return (body) => {
    const found = new Departures();
    check(body, '', found);
    return found.list();
  };
}

function checkMembers(members: Members): ObjectCheck {
  const fields = Object.entries(members).map(([key, field]) => {
    const spellings = spellingsOf(key, field);
    return { key, field, spellings, step: toStep(spellings[0]), rivals: rivalsOf(key, field) };
  });
  const checks = new Map<string, { readonly step: string; readonly check: Check }>();
  for (const { field, spellings } of fields) {
    const check = checkField(field);
    for (const spelling of spellings) checks.set(spelling, { step: toStep(spelling), check });
  }
  const required = fields.filter(({ field }) => field.required === true);
  const contested = fields.flatMap(({ rivals, step }) => (rivals === undefined ? [] : [{ rivals, step }]));
  // A key that is no spelling is a new member, unless a spelling stands beside it: then the two collide.
  const rivalsOfName = new Map(
    fields.flatMap(({ key, rivals }) => (rivals === undefined ? [] : [[key, rivals]])),
  );

  return (object, at, found) => {
    for (const name of Object.keys(object)) {
      const known = checks.get(name);
      if (known !== undefined) known.check(object[name] as JsonValue, at, known.step, found);
      else if (countOf(rivalsOfName.get(name) ?? [], object) < 2) {
        found.add({
          path: at + toUnknownStep(name),
          kind: 'new-field',
          expected: 'no member of this name is documented',
        });
      }
    }
    for (const { spellings, step } of required) {
      if (countOf(spellings, object) === 0)
        found.add({ path: at + step, kind: 'missing-field', expected: 'required' });
    }
    for (const { rivals, step } of contested) {
      if (countOf(rivals, object) > 1)
        found.add({ path: at + step, kind: 'collision', expected: `only one of ${rivals.join(', ')}` });
    }
  };
}

/** How many of the names an object has. Plain access is safe: they are documented names, and no object inherits one of them. */
function countOf(names: readonly string[], object: JsonObject): number {
  let count = 0;
  for (const name of names) if (object[name] !== undefined) count++;
  return count;
}

function checkField(field: Field): Check {
  const check = checkKind(field);
  if (field.nullable !== true) return check;
  return (value, at, step, found) => {
    if (value !== null && value !== '') check(value, at, step, found);
  };
}

function checkKind(field: Field): Check {
  switch (field.kind) {
    case 'anything':
      return () => {};
    case 'text':
      return expecting(field, 'other-type', isText);
    case 'number':
      return expecting(field, 'other-type', Number.isFinite);
    case 'integer':
      return expecting(field, 'other-type', Number.isInteger);
    case 'boolean':
      return expecting(field, 'other-type', (value) => typeof value === 'boolean');
    case 'id':
      return expecting(field, 'other-type', field.as === 'text' ? isText : isIdNumber);
    case 'instant':
    case 'localInstant': {
      const isTime = field.kind === 'instant' ? isInstant : isLocalInstant;
      return expecting(
        field,
        'other-type',
        isText,
        expecting(field, 'new-time-form', (value) => isTime(value as string)),
      );
    }
    case 'enumeration': {
      const known = new Set<unknown>([...field.values, ...Object.keys(field.aliases ?? {})]);
      const isOfType = typeof field.values[0] === 'number' ? Number.isFinite : isText;
      return expecting(
        field,
        'other-type',
        isOfType,
        expecting(field, 'new-value', (value) => known.has(value)),
      );
    }
    case 'list': {
      const item = checkField(field.items);
      return expecting(field, 'other-type', Array.isArray, (items, at, step, found) => {
        for (const each of items as readonly JsonValue[]) item(each, at + step, '/*', found);
      });
    }
    case 'map': {
      const entry = checkField(field.values);
      return expecting(field, 'other-type', isMap, (map, at, step, found) => {
        for (const each of Object.values(map as JsonObject)) entry(each, at + step, '/*', found);
      });
    }
    case 'object': {
      const inside = checkMembers(field.members);
      return expecting(field, 'other-type', isObject, (object, at, step, found) => {
        inside(object as JsonObject, at + step, found);
      });
    }
  }
}

/** Reports a value that fails the test; a value that passes it goes to the next check. */
function expecting(
  field: Field,
  kind: DepartureKind,
  passes: (value: unknown) => boolean,
  next?: Check,
): Check {
  const expected = expectationOf(field);
  return (value, at, step, found) => {
    if (!passes(value)) found.add({ path: at + step, kind, expected });
    else next?.(value, at, step, found);
  };
}

/** What a place may hold, in a few words; it depends on the field alone, never on the body. */
function expectationOf(field: Field): string {
  return field.nullable === true ? `${nounOf(field)} or null` : nounOf(field);
}

function nounOf(field: Field): string {
  switch (field.kind) {
    case 'text':
      return 'string';
    case 'id':
      return field.as === 'text' ? 'string' : 'integer';
    case 'enumeration':
      return `one of ${field.values.length} values`;
    case 'instant':
      return 'RFC 3339 time';
    case 'localInstant':
      return 'RFC 3339 time with its offset';
    case 'map':
    case 'object':
      return 'object';
    case 'list':
      return 'array';
    case 'anything':
      return 'any value';
    default:
      return field.kind;
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isIdNumber(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** PHP writes an empty map as `[]`. */
function isMap(value: unknown): boolean {
  return isObject(value) || (Array.isArray(value) && value.length === 0);
}
