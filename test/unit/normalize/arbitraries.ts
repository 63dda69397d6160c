import * as fc from 'fast-check';
import { STANDARD_TABLES, type Field, type Members, type StandardTable } from '@chargelog/catalogue';
import type { Style, Tree } from './json-tree.js';

const NAMES = [
  'id',
  'at',
  'a',
  'b',
  'c',
  'a/b',
  '~x',
  '__proto__',
  'constructor',
  'pin',
  'email',
  'é',
  '\ud800',
  '',
];
const EXTRA_NAMES = [...NAMES, 'standards', 'networkPassword', 'x', 'toString'];
const TABLES = Object.keys(STANDARD_TABLES) as StandardTable[];

const scalarField: fc.Arbitrary<Field> = fc.oneof(
  fc
    .constantFrom<Field['kind'][]>('text', 'number', 'boolean', 'anything')
    .map((kind) => ({ kind }) as Field),
  fc.constant<Field>({ kind: 'id', as: 'integer' }),
  fc.constant<Field>({ kind: 'instant' }),
  fc.constant<Field>({ kind: 'localInstant' }),
  fc
    .record({ standard: fc.option(fc.constantFrom(...TABLES), { nil: undefined }), blank: fc.boolean() })
    .map(({ standard, blank }): Field => ({
      kind: 'enumeration',
      values: blank ? ['', 'new'] : ['new'],
      aliases: { old: 'new', Local: 'local' },
      ...(standard !== undefined && { standard }),
    })),
);

const { field } = fc.letrec<{ field: Field; bare: Field; members: Members }>((tie) => ({
  bare: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalarField,
    tie('field').map((items): Field => ({ kind: 'list', items })),
    tie('field').map((values): Field => ({ kind: 'map', values })),
    tie('members').map((members): Field => ({ kind: 'object', members })),
  ),
  field: fc
    .tuple(tie('bare'), fc.boolean(), fc.integer({ min: 0, max: 9 }))
    .map(([bare, nullable, dice]): Field => ({ ...bare, nullable, sensitive: dice === 0 })),
  members: membersOf(tie('field')),
}));

/** Declarations with names and spellings that belong to one member each. */
export const members: fc.Arbitrary<Members> = membersOf(field);

function membersOf(each: fc.Arbitrary<Field>): fc.Arbitrary<Members> {
  return fc
    .tuple(
      fc.shuffledSubarray(NAMES, { maxLength: 9 }),
      fc.array(each, { maxLength: 5 }),
      fc.infiniteStream(fc.nat(2)),
    )
    .map(([names, fields, counts]) => {
      const pool = [...names];
      const declared: [string, Field][] = [];
      for (const one of fields) {
        const key = pool.pop();
        if (key === undefined) break;
        const [first, ...more] = pool.splice(0, counts.next().value ?? 0);
        declared.push([key, first === undefined ? one : { ...one, wire: [first, ...more] }]);
      }
      return Object.fromEntries(declared);
    });
}

const token = fc.oneof(
  fc.constantFrom(
    '0',
    '1.0',
    '-0',
    '-7',
    '12345678901234567890',
    '1e400',
    '2.50E-3',
    'true',
    'false',
    'null',
  ),
  fc.nat().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
);

const instant = fc
  .tuple(
    fc.constantFrom('2026-03-14', '0000-01-01', '9999-12-31', '2026-02-30'),
    fc.constantFrom('T', 't', ' '),
    fc.constantFrom('00:10:00', '23:59:60', '23:59:59', '24:00:00'),
    fc.constantFrom('', '.5', '.000000', '.1234567890'),
    fc.constantFrom('', 'Z', 'z', '+00:00', '-00:00', '+02:00', '-11:45', '+2'),
  )
  .map((parts) => parts.join(''));

const string = fc.oneof(
  fc.constantFrom(
    '',
    'old',
    'new',
    'Local',
    'charging',
    'active',
    'Voltage',
    'null',
    '1',
    '[]',
    '{"id":1}',
    '\\"',
    '\n',
  ),
  instant,
  fc.string({ unit: 'binary', maxLength: 12 }),
);

const { anything } = fc.letrec<{ anything: Tree }>((tie) => ({
  anything: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    token.map((each): Tree => ({ kind: 'token', token: each })),
    string.map((value): Tree => ({ kind: 'string', value })),
    fc.array(tie('anything'), { maxLength: 3 }).map((items): Tree => ({ kind: 'list', items })),
    fc
      .array(fc.tuple(fc.constantFrom(...EXTRA_NAMES), tie('anything')), { maxLength: 4 })
      .map((inner): Tree => ({ kind: 'object', members: inner })),
  ),
}));

/** A value for a declared place: mostly of its type, now and then of any other. */
function valueFor(declared: Field): fc.Arbitrary<Tree> {
  return fc.oneof({ arbitrary: anything, weight: 1 }, { arbitrary: typed(declared), weight: 5 });
}

function typed(declared: Field): fc.Arbitrary<Tree> {
  switch (declared.kind) {
    case 'list':
      return fc.array(valueFor(declared.items), { maxLength: 3 }).map((items) => ({ kind: 'list', items }));
    case 'map':
      return fc
        .array(fc.tuple(fc.constantFrom('en', 'bg', 'phone', '__proto__'), valueFor(declared.values)), {
          maxLength: 3,
        })
        .map((inner) => ({ kind: 'object', members: inner }));
    case 'object':
      return bodyFor(declared.members);
    case 'instant':
    case 'localInstant':
      return instant.map((value) => ({ kind: 'string', value }));
    case 'id':
      return fc.nat().map((id) => ({ kind: 'token', token: String(id) }));
    case 'enumeration': {
      const rows = declared.standard === undefined ? [] : Object.keys(STANDARD_TABLES[declared.standard]);
      const words = [...declared.values.map(String), ...Object.keys(declared.aliases ?? {}), ...rows, ''];
      return fc.constantFrom(...words).map((value) => ({ kind: 'string', value }));
    }
    default:
      return anything;
  }
}

/** A body with declared members under any of their names, some repeated or missing, and members that nobody declared. */
export function bodyFor(declared: Members): fc.Arbitrary<Tree> {
  const known = Object.entries(declared).map(([key, each]) =>
    fc.tuple(fc.constantFrom(key, ...(each.wire ?? [])), valueFor(each)),
  );
  const extra = fc.tuple(fc.constantFrom(...EXTRA_NAMES), anything);
  return fc
    .tuple(
      fc.tuple(...known.map((each) => fc.array(each, { minLength: 0, maxLength: 2, size: 'small' }))),
      fc.array(extra, { maxLength: 3 }),
      fc.infiniteStream(fc.nat()),
    )
    .map(([groups, extras, order]): Tree => {
      const all = [...groups.flat(), ...extras].map((member) => ({ member, rank: order.next().value ?? 0 }));
      return { kind: 'object', members: all.sort((a, b) => a.rank - b.rank).map(({ member }) => member) };
    });
}

/** White space and escapes in places that JSON allows. */
export const style: fc.Arbitrary<Style> = fc
  .tuple(fc.boolean(), fc.boolean(), fc.infiniteStream(fc.nat(19)))
  .map(([spaced, escaped, dice]) => ({
    space: () => (spaced ? (['', ' ', '\n', '\r\n\t'][dice.next().value ?? 0] ?? '') : ''),
    string: (value) => {
      const token = JSON.stringify(value);
      if (!escaped || (dice.next().value ?? 0) < 12) return token;
      const units = Array.from({ length: value.length }, (_, at) => value.charCodeAt(at));
      return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`;
    },
  }));
