import { parseInstant, type JsonObject, type JsonValue } from '@chargelog/domain';
import type { Field, Members } from '../body-schema/field.js';
import { rivalsOf, spellingsOf } from '../body-schema/spelling.js';
import { Departures, toStep, toUnknownStep, type Departure } from './departure.js';
import { expectationOf } from './expectation.js';

interface Place {
  readonly field: Field;
  readonly step: string;
}

/** The members of one object as `diagnose` walks them. */
interface Plan {
  /** By spelling. */
  readonly places: ReadonlyMap<string, Place>;
  readonly required: readonly { readonly spellings: readonly string[]; readonly step: string }[];
  readonly rivals: readonly { readonly names: readonly string[]; readonly step: string }[];
  /** Names that are no spelling but that another spelling would take, with all their rivals. */
  readonly targets: ReadonlyMap<string, readonly string[]>;
}

const PLANS = new WeakMap<Members, Plan>();

/**
 * Lists all that differs between a body and its declaration. Slower than the gate, so it runs only after it; the two
 * are held against each other by property tests. Walks the declaration, not the body: however deep a body is, the walk
 * is no deeper than what is documented. Total.
 */
export function diagnose(members: Members, body: JsonObject): readonly Departure[] {
  const found = new Departures();
  judgeMembers(members, body, '', found);
  return found.list();
}

function judgeMembers(members: Members, object: JsonObject, at: string, found: Departures): void {
  const { places, required, rivals, targets } = planOf(members);
  for (const name of Object.keys(object)) {
    const place = places.get(name);
    if (place !== undefined) {
      judge(place.field, object[name] as JsonValue, at + place.step, found);
    } else if (!isNotificationName(name, at) && !isThere(object, targets.get(name) ?? [], name)) {
      found.add({
        path: at + toUnknownStep(name),
        kind: 'new-field',
        expected: 'no member of this name is documented',
      });
    }
  }
  for (const { spellings, step } of required) {
    if (!isThere(object, spellings)) {
      found.add({ path: at + step, kind: 'missing-field', expected: 'required' });
    }
  }
  for (const { names, step } of rivals) {
    if (names.filter((name) => Object.hasOwn(object, name)).length > 1) {
      found.add({ path: at + step, kind: 'collision', expected: `only one of ${names.join(', ')}` });
    }
  }
}

function judge(field: Field, value: JsonValue, at: string, found: Departures): void {
  if (field.kind === 'anything') return;
  if (field.nullable === true && (value === null || value === '')) return;
  if (!isOfKind(field, value)) {
    found.add({ path: at, kind: 'other-type', expected: expectationOf(field) });
    return;
  }
  switch (field.kind) {
    case 'enumeration': {
      const isKnown =
        field.values.includes(value as string) || Object.hasOwn(field.aliases ?? {}, value as string);
      if (!isKnown) found.add({ path: at, kind: 'new-value', expected: expectationOf(field) });
      return;
    }
    case 'instant':
    case 'localInstant':
      if (parseInstant(value as string) === undefined)
        found.add({ path: at, kind: 'new-time-form', expected: expectationOf(field) });
      return;
    case 'list':
      for (const item of value as readonly JsonValue[]) judge(field.items, item, `${at}/*`, found);
      return;
    case 'map':
      // Object.values of the `[]` that stands for an empty map gives nothing to judge.
      for (const item of Object.values(value as JsonObject)) judge(field.values, item, `${at}/*`, found);
      return;
    case 'object':
      judgeMembers(field.members, value as JsonObject, at, found);
      return;
    default:
  }
}

function isOfKind(field: Field, value: JsonValue): boolean {
  switch (field.kind) {
    case 'number':
      return Number.isFinite(value);
    case 'integer':
      return Number.isInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'id':
      return field.as === 'text' ? typeof value === 'string' : Number.isInteger(value);
    case 'enumeration':
      return typeof value === typeof field.values[0] && (typeof value !== 'number' || Number.isFinite(value));
    case 'list':
      return Array.isArray(value);
    case 'map':
      return typeof value === 'object' && value !== null && (!Array.isArray(value) || value.length === 0);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return typeof value === 'string';
  }
}

/** Whether an object has one of the names, `but` left out. */
function isThere(object: JsonObject, names: readonly string[], but?: string): boolean {
  return names.some((name) => name !== but && Object.hasOwn(object, name));
}

function isNotificationName(name: string, at: string): boolean {
  return at === '' && name === 'notification';
}

function planOf(members: Members): Plan {
  const known = PLANS.get(members);
  if (known !== undefined) return known;
  const fields = Object.entries(members).map(([key, field]) => ({
    key,
    field,
    spellings: spellingsOf(key, field),
    rivals: rivalsOf(key, field),
  }));
  const plan: Plan = {
    places: new Map(
      fields.flatMap(({ field, spellings }) =>
        spellings.map((spelling) => [spelling, { field, step: toStep(spelling) }] as const),
      ),
    ),
    required: fields
      .filter(({ field }) => field.required === true)
      .map(({ spellings }) => ({ spellings, step: toStep(spellings[0]) })),
    rivals: fields.flatMap(({ spellings, rivals }) =>
      rivals === undefined ? [] : [{ names: rivals, step: toStep(spellings[0]) }],
    ),
    targets: new Map(fields.flatMap(({ key, rivals }) => (rivals === undefined ? [] : [[key, rivals]]))),
  };
  PLANS.set(members, plan);
  return plan;
}
