import type { CatalogueEntry, Departure, Field, Members } from '@chargelog/catalogue';
import type { JsonObject, JsonValue } from '@chargelog/domain';
import fc from 'fast-check';

/** A body with one thing in it that its notification's documentation does not have. */
export interface MutatedBody {
  /** The body before the change, which departs in nothing. */
  readonly original: JsonObject;
  readonly body: JsonObject;
  readonly departure: Pick<Departure, 'kind' | 'path'>;
}

/** Bodies that depart in nothing from what the catalogue says of the notification, `notification` first. */
export function conformingBody(entry: CatalogueEntry): fc.Arbitrary<JsonObject> {
  return objectFor(entry.body).map((members) => asReceived({ notification: entry.name, ...members }));
}

/** Conforming bodies in which one thing was changed: a member more or less, another type, value or form of time. */
export function mutatedBody(entry: CatalogueEntry): fc.Arbitrary<MutatedBody> {
  return fc.tuple(conformingBody(entry), fc.nat()).map(([original, choice]) => {
    const body = structuredClone<Mutable>(original);
    const mutations = mutationsOf(entry.body, body, '');
    const mutation = mutations[choice % mutations.length] as Mutation;
    mutation.apply();
    return { original, body: asReceived(body), departure: { kind: mutation.kind, path: mutation.path } };
  });
}

/** Bodies with up to four members, anywhere in them, replaced by anything. */
export function wildBody(entry: CatalogueEntry): fc.Arbitrary<JsonObject> {
  const replacement = fc.tuple(fc.nat(), fc.oneof(fc.jsonValue(), fc.constantFrom('', null, [], {}, 1, '1')));
  return fc
    .tuple(conformingBody(entry), fc.array(replacement, { maxLength: 4 }))
    .map(([original, replacements]) => {
      const body = structuredClone<Mutable>(original);
      for (const [choice, value] of replacements) {
        const places = placesOf(body);
        const [object, name] = places[choice % places.length] as [Mutable, string];
        if (name !== 'notification') object[name] = value as JsonValue;
      }
      return asReceived(body);
    });
}

/** The same bodies for the same seed, for tests that need many at once. */
export function sampleBodies<T>(bodies: fc.Arbitrary<T>, seed: number, count: number): readonly T[] {
  return fc.sample(bodies, { seed, numRuns: count });
}

type Mutable = Record<string, JsonValue>;

interface Mutation extends Pick<Departure, 'kind' | 'path'> {
  apply(): void;
}

const TIMES = fc.integer({ min: Date.UTC(2015, 1), max: Date.UTC(2034, 1) }).chain((at) => {
  const iso = new Date(at).toISOString();
  const second = iso.slice(0, 19);
  return fc.constantFrom(
    iso,
    `${second}+00:00`,
    `${second}+05:30`,
    `${second}.123456Z`,
    second.replace('T', ' '),
  );
});
/** A local time is documented with its offset. */
const LOCAL_TIMES = TIMES.map((time) => (/(?:Z|[+-]\d\d:\d\d)$/.test(time) ? time : `${time}+02:00`));
const ID = fc.oneof(fc.nat(), fc.integer({ min: 1, max: 2 ** 40 }));
const LOCALES = ['en', 'bg', 'de-AT', 'zh-Hant'];

function valueFor(field: Field): fc.Arbitrary<unknown> {
  const value = plainValueFor(field);
  return field.nullable === true
    ? fc.oneof({ weight: 4, arbitrary: value }, fc.constantFrom(null, ''))
    : value;
}

function plainValueFor(field: Field): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'text':
      return fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'grapheme', maxLength: 8 }));
    case 'number':
      return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    case 'integer':
      return fc.integer();
    case 'boolean':
      return fc.boolean();
    case 'anything':
      return fc.jsonValue({ maxDepth: 2 });
    case 'id':
      return field.as === 'integer'
        ? ID
        : fc.oneof(ID.map(String), fc.stringMatching(/^[A-Z]{2}\*[A-Z0-9]{1,12}$/));
    case 'instant':
      return TIMES;
    case 'localInstant':
      return LOCAL_TIMES;
    case 'enumeration':
      return fc.constantFrom(...field.values, ...Object.keys(field.aliases ?? {}));
    case 'map':
      return fc.oneof(
        {
          weight: 4,
          arbitrary: fc.dictionary(fc.constantFrom(...LOCALES), valueFor(field.values), { maxKeys: 3 }),
        },
        fc.constant([]),
      );
    case 'list':
      return fc.array(valueFor(field.items), { maxLength: 3 });
    case 'object':
      return objectFor(field.members);
  }
}

/** Required members, and each of the others as often as not; a member arrives under one of its spellings. */
function objectFor(members: Members): fc.Arbitrary<Record<string, unknown>> {
  const parts = Object.entries(members).map(([key, field]) =>
    fc.tuple(
      fc.constantFrom(...(field.wire ?? [key])),
      valueFor(field),
      field.required === true ? fc.constant(true) : fc.boolean(),
    ),
  );
  return fc
    .tuple(...parts)
    .map((made) =>
      Object.fromEntries(made.filter(([, , isThere]) => isThere).map(([name, value]) => [name, value])),
    );
}

function mutationsOf(members: Members, object: Mutable, at: string): Mutation[] {
  const mutations: Mutation[] = [
    ...['addedLater', 'constructor', '__proto__'].map((name) => ({
      kind: 'new-field' as const,
      path: `${at}/${name}`,
      apply: () => define(object, name),
    })),
    { kind: 'new-field', path: `${at}/*`, apply: () => define(object, 'dana.petrova@example.com') },
  ];
  for (const [key, field] of Object.entries(members)) {
    const spellings = field.wire ?? [key];
    const name = spellings.find((spelling) => Object.hasOwn(object, spelling));
    if (name === undefined) continue;
    if (field.required === true) {
      mutations.push({
        kind: 'missing-field',
        path: `${at}/${spellings[0]}`,
        apply: () => void Reflect.deleteProperty(object, name),
      });
    }
    const rival = [...spellings, key].find((other) => other !== name);
    if (rival !== undefined) {
      mutations.push({
        kind: 'collision',
        path: `${at}/${spellings[0]}`,
        apply: () => void (object[rival] = structuredClone(object[name]) as JsonValue),
      });
    }
    mutations.push(
      ...mutationsAt(
        field,
        object[name] as JsonValue,
        `${at}/${name}`,
        (value) => void (object[name] = value),
      ),
    );
  }
  return mutations;
}

function mutationsAt(
  field: Field,
  value: JsonValue,
  path: string,
  set: (value: JsonValue) => void,
): Mutation[] {
  if (field.kind === 'anything') return [];
  const to = (kind: Departure['kind'], ...values: readonly JsonValue[]): Mutation[] =>
    values.map((other) => ({ kind, path, apply: () => set(other) }));
  const isBlank = value === null || value === '';
  switch (field.kind) {
    case 'text':
      return to('other-type', { odd: true }, 7);
    case 'number':
      return to('other-type', '12.5', [1]);
    case 'integer':
      return to('other-type', '12', 1.5);
    case 'boolean':
      return to('other-type', 'true', 1);
    case 'id':
      return to('other-type', ...(field.as === 'integer' ? ['2291', 1.5, -5, 2 ** 60] : [2291, false]));
    case 'instant':
    case 'localInstant':
      return [
        ...to('new-time-form', '14/03/2026 09:26', '2026-02-30T00:00:00Z', 'yesterday', '2026-03-14'),
        ...(field.kind === 'localInstant' ? to('new-time-form', '2026-03-14 10:26:53') : []),
        ...to('other-type', 1_773_480_413),
      ];
    case 'enumeration': {
      const isText = typeof field.values[0] === 'string';
      return [
        ...to('new-value', isText ? 'of a later version' : 123_457),
        ...to('other-type', isText ? 5 : 'five'),
      ];
    }
    case 'map': {
      const inner = isBlank || Array.isArray(value) ? [] : Object.keys(value as Mutable);
      const nested = inner.flatMap((name) =>
        mutationsAt(field.values, (value as Mutable)[name] as JsonValue, `${path}/*`, (other) => {
          (value as Mutable)[name] = other;
        }),
      );
      return [...to('other-type', 7, ['not empty']), ...nested];
    }
    case 'list': {
      const items = isBlank ? [] : (value as JsonValue[]);
      const nested = items.flatMap((item, index) =>
        mutationsAt(field.items, item, `${path}/*`, (other) => void (items[index] = other)),
      );
      return [...to('other-type', { 0: 'first' }, 'one'), ...nested];
    }
    case 'object':
      return [
        ...to('other-type', 7, []),
        ...(isBlank ? [] : mutationsOf(field.members, value as Mutable, path)),
      ];
  }
}

/** An own member, whatever its name: assigning to `__proto__` would set the prototype. */
function define(object: Mutable, name: string): void {
  Object.defineProperty(object, name, { value: 'new', enumerable: true, configurable: true, writable: true });
}

function placesOf(value: JsonValue): [Mutable, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Mutable).flatMap(([name, inner]): [Mutable, string][] => [
    [value as Mutable, name],
    ...placesOf(inner),
  ]);
}

/** As JSON.parse gives it: no -0, no undefined, own members only. */
function asReceived(body: Readonly<Record<string, unknown>>): JsonObject {
  return JSON.parse(JSON.stringify(body)) as JsonObject;
}
