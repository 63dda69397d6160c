import fc from 'fast-check';
import type { OpenApiDocument } from '@chargelog/http';
import { resolve } from './schema-check.js';

type Schema = OpenApiDocument['components']['schemas'][string];

/** Texts that have broken parsers, databases and templates before. */
const HOSTILE = [
  '',
  ' ',
  '\0',
  'a\0b',
  '../..',
  '..%2f..',
  '%00',
  '%',
  '%ff',
  "' or 1=1 --",
  '"; drop table event; --',
  '$1',
  '{{7*7}}',
  '<script>alert(1)</script>',
  'null',
  'undefined',
  'NaN',
  '-1',
  '1e309',
  '0x10',
  '９',
  '99999999999999999999999999',
  '9223372036854775808',
  '-0',
  '1.',
  '__proto__',
  'constructor',
  'toString',
  '[object Object]',
  '\r\nx-injected: 1',
  '\u{1f697}',
  '\u202egnp',
  'chargePoint/\0',
  'session.*.*',
  '*',
  '2026-02-30T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  '-0001-11-30',
  '0000-00-00',
  '1.AAAA',
  'a'.repeat(290),
  'a'.repeat(5_000),
];

export function hostileText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ maxLength: 40 }),
  );
}

/** A hostile value for a parameter; `raw` goes into the URL without being encoded. */
export function anyValue(): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 4, arbitrary: hostileText() },
    fc.array(hostileText(), { minLength: 2, maxLength: 60 }),
    fc.integer(),
    fc.double(),
    fc.bigInt(),
    fc.constantFrom(
      ...['%', '%zz', '%ff', '%ed%a0%80', '%c0%ae', '%00', '%25%30', 'a;b=c', 'a[]=1'].map((raw) => ({
        raw,
      })),
    ),
  );
}

/** Values that keep to a schema, now and then one member replaced by anything. */
export function valueFor(document: OpenApiDocument, schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return valueFor(document, resolve(document, schema.$ref), depth);
  if (schema.oneOf !== undefined)
    return fc.oneof(...schema.oneOf.map((one) => valueFor(document, one, depth + 1)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch ([schema.type].flat()[0]) {
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -(2 ** 31), max: schema.maximum ?? 2 ** 31 });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valueFor(document, schema.items ?? {}, depth + 1), { maxLength: schema.maxItems ?? 5 });
    case 'object':
      return fc.oneof(
        { weight: 4, arbitrary: objectFor(document, schema, depth) },
        { weight: 1, arbitrary: depth < 3 ? fc.jsonValue() : fc.constant(null) },
      );
    default:
      return textFor(schema);
  }
}

function objectFor(document: OpenApiDocument, schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, inner]): [string, fc.Arbitrary<unknown>] => [
      name,
      fc.oneof({ weight: 6, arbitrary: valueFor(document, inner, depth + 1) }, anyJson()),
    ],
  );
  return fc.record(Object.fromEntries(members), { requiredKeys: [] });
}

function anyJson(): fc.Arbitrary<unknown> {
  return fc.oneof(hostileText(), fc.jsonValue());
}

function textFor(schema: Schema): fc.Arbitrary<unknown> {
  const fitting = [
    fc.constantFrom('session.started', 'session.*', 'unrecognized', 'http://127.0.0.1:9/', 'https://[::1]/x'),
    fc.uuid(),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.nat().map(String),
    fc.nat().map((id) => `session/${id}`),
  ];
  if (schema.pattern === undefined) return fc.oneof(...fitting, hostileText());
  const pattern = new RegExp(schema.pattern, 'u');
  return fc.oneof({ weight: 3, arbitrary: fc.stringMatching(pattern, { maxLength: 300 }) }, ...fitting);
}
