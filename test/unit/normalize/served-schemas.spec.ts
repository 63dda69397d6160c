import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import {
  bodyJsonSchema,
  dataJsonSchema,
  dataPlanOf,
  entryOf,
  NOTIFICATIONS,
  renderData,
  type CatalogueEntry,
  type DataPlan,
  type JsonSchema,
} from '@chargelog/catalogue';
import { loadSamples } from '../../fixtures/ampeco/load.js';

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

const SAMPLES = loadSamples().flatMap(({ file, notification, body, departures }) => {
  const entry = entryOf(notification);
  if (entry === undefined) return [];
  const plan = dataPlanOf(notification) as DataPlan;
  const { text } = renderData(body.toString(), plan, { normalized: true, masked: false });
  const raw = JSON.parse(body.toString()) as Json;
  return [{ file, entry, raw, data: JSON.parse(text) as Json, conforms: departures.length === 0 }];
});
const CONFORMING = SAMPLES.filter(({ conforms }) => conforms);

/** Places where anything may stand, by the declarations: the operator's own data, and what AMPECO gives no type of. */
const FREE = /\/(externalAppData|corporateBilling|discounts|keyResource)(\/|$)/;

const compiled = new Map<string, ValidateFunction>();

/** As a consumer would compile them. Times are checked by one form, as Ajv alone knows none of ours. */
function compile(schema: JsonSchema): ValidateFunction {
  const text = JSON.stringify(schema);
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const ajv = new Ajv2020({ strict: false });
  for (const name of ['date-time', 'instant', 'instant-or-empty', 'local-instant', 'local-instant-or-empty'])
    ajv.addFormat(name, /^$|^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/);
  const fits = ajv.compile(schema);
  compiled.set(text, fits);
  return fits;
}

/** With nothing allowed that the schema does not name. */
function closed(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'properties' in value && !('additionalProperties' in value)
      ? { ...value, additionalProperties: false }
      : value,
  ) as JsonSchema;
}

// A schema that describes nothing fits everything; these would see it.
describe.each<[string, (entry: CatalogueEntry) => JsonSchema, 'raw' | 'data']>([
  ['of the body', bodyJsonSchema, 'raw'],
  ['of the data', dataJsonSchema, 'data'],
])('the schema %s', (_, schemaOf, form) => {
  it('is tried with a sample of every notification', () => {
    expect(CONFORMING.length).toBeGreaterThan(55);
    expect(new Set(CONFORMING.map(({ entry }) => entry))).toEqual(new Set(NOTIFICATIONS));
  });

  it.each(CONFORMING)('names every member of $file', ({ entry, ...sample }) => {
    const fits = compile(closed(schemaOf(entry)));
    fits(sample[form]);
    expect(fits.errors ?? []).toEqual([]);
  });

  it.each(CONFORMING)('refuses a value of another type anywhere in $file', ({ entry, ...sample }) => {
    const fits = compile(schemaOf(entry));
    const places = placesOf(sample[form], '').filter((place) => !FREE.test(place));
    expect(places.length).toBeGreaterThan(1);
    expect(places.filter((place) => fits(withOtherType(sample[form], place)))).toEqual([]);
  });

  it.each(CONFORMING)('refuses $file without a member that is required', ({ entry, ...sample }) => {
    const schema = schemaOf(entry);
    const fits = compile(schema);
    expect(schema.required?.length).toBeGreaterThan(0);
    for (const name of schema.required ?? []) {
      const rest = Object.entries(sample[form] as object).filter(([each]) => each !== name);
      expect(fits(Object.fromEntries(rest)), name).toBe(false);
    }
  });

  it.each(SAMPLES.filter(({ conforms }) => !conforms))('refuses $file', ({ entry, ...sample }) => {
    expect(compile(schemaOf(entry))(sample[form])).toBe(false);
  });
});

/** JSON Pointers of all members and elements, containers too. */
function placesOf(value: Json, at: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [place, ...placesOf(inner, place)];
  });
}

function withOtherType(value: Json, pointer: string): Json {
  const copy = structuredClone(value);
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = names.pop() ?? '';
  let at = copy as Record<string, Json>;
  for (const name of names) at = at[name] as Record<string, Json>;
  const there = at[last];
  at[last] = typeof there === 'object' && there !== null ? 'x' : [[['x']]];
  return copy;
}
