import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileData,
  dataPlanOf,
  NOTIFICATIONS,
  renderData,
  type Field,
  type Members,
} from '@chargelog/catalogue';
import { parseInstant, readNotificationBody } from '@chargelog/domain';
import { bodyFor, members, style } from './arbitraries.js';
import { read, write, type Tree } from './json-tree.js';
import { expectedData, type Form } from './reference-model.js';

// PROPERTY_RUNS=5000 for a long look after a change of the walk; another seed each night would not hurt either.
const numRuns = Number(process.env['PROPERTY_RUNS'] ?? (process.env['LONG_SEARCH'] === undefined ? 80 : 300));
const RUNS = { seed: Number(process.env['PROPERTY_SEED'] ?? 20_260_314), numRuns };
const FORMS: readonly Form[] = [
  { normalized: true, masked: false },
  { normalized: true, masked: true },
  { normalized: false, masked: true },
  { normalized: false, masked: false },
];

const cases = members.chain((declared) => fc.tuple(fc.constant(declared), bodyFor(declared), style));

/** The body as a delivery would bring it: with a name, read by the gateway. */
function accepted(text: string): string {
  const named = text.replace('{', text.trim() === '{}' ? '{"notification":"N"' : '{"notification":"N",');
  const result = readNotificationBody(Buffer.from(named));
  if (!result.ok) throw new Error(`the generator made a body that is refused: ${result.detail}`);
  return result.text;
}

describe('renderData', { timeout: numRuns * 200 }, () => {
  it.each(FORMS)('gives what the reference model gives: %o', (form) => {
    fc.assert(
      fc.property(cases, ([declared, body, how]) => {
        const text = accepted(write(body, how));
        const { text: data, collisions, maskedPaths } = renderData(text, compileData(declared), form);
        const expected = expectedData(read(text), declared, form);
        expect(read(data)).toEqual(expected.tree);
        expect([...collisions].toSorted()).toEqual([...expected.collisions].toSorted());
        expect([...maskedPaths].toSorted()).toEqual([...expected.maskedPaths].toSorted());
        expect(data).not.toMatch(/[\r\n]/);
      }),
      RUNS,
    );
  });

  it.each(NOTIFICATIONS.map(({ name }) => name))('gives what the reference model gives for %s', (name) => {
    const { body: declared } = NOTIFICATIONS.find((entry) => entry.name === name) as { body: Members };
    const plan = dataPlanOf(name);
    if (plan === undefined) throw new Error('no plan');
    fc.assert(
      fc.property(bodyFor(declared), style, fc.constantFrom(...FORMS), (body, how, form) => {
        const text = accepted(write(body, how));
        const { text: data, collisions, maskedPaths } = renderData(text, plan, form);
        const expected = expectedData(read(text), declared, form);
        expect(read(data)).toEqual(expected.tree);
        expect([...collisions].toSorted()).toEqual([...expected.collisions].toSorted());
        expect([...maskedPaths].toSorted()).toEqual([...expected.maskedPaths].toSorted());
      }),
      { ...RUNS, numRuns: Math.ceil(numRuns / 20) },
    );
  });

  it('normalizes normalized data into itself', () => {
    fc.assert(
      fc.property(cases, ([declared, body, how]) => {
        const plan = compileData(declared);
        const form = { normalized: true, masked: false };
        const once = renderData(accepted(write(body, how)), plan, form).text;
        expect(renderData(once, plan, form).text).toBe(once);
      }),
      RUNS,
    );
  });

  it('gives the same whether it masks first, last or meanwhile', () => {
    fc.assert(
      fc.property(cases, ([declared, body, how]) => {
        const plan = compileData(declared);
        const text = accepted(write(body, how));
        const meanwhile = renderData(text, plan, { normalized: true, masked: true });
        const first = renderData(text, plan, { normalized: false, masked: true }).text;
        expect(renderData(first, plan, { normalized: true, masked: false }).text).toBe(meanwhile.text);
        expect(renderData(meanwhile.text, plan, { normalized: false, masked: true }).maskedPaths).toEqual([]);
      }),
      RUNS,
    );
  });

  it('keeps every leaf, in its place, or converts it as declared', () => {
    fc.assert(
      fc.property(cases, ([declared, body, how]) => {
        const text = accepted(write(body, how));
        const { text: data, collisions } = renderData(text, compileData(declared), {
          normalized: true,
          masked: false,
        });
        const before = leaves(read(text));
        const after = leaves(read(data));
        if (!collisions.includes('/standards')) after.splice(before.length);
        expect(after).toHaveLength(before.length);
        for (const [index, leaf] of before.entries()) {
          const kept = after[index] ?? '';
          if (kept !== leaf) expect([leaf, kept]).toSatisfy(isDeclaredConversion);
        }
      }),
      RUNS,
    );
  });

  it('serves no planted secret, wherever it is planted', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(true, false), ([declared, body, how], normalized) => {
        const planted = plant(body, { kind: 'object', members: declared });
        const text = accepted(write(planted, how));
        const { text: data } = renderData(text, compileData(declared), { normalized, masked: true });
        expect(JSON.stringify(JSON.parse(data))).not.toContain(SECRET);
      }),
      RUNS,
    );
  });
});

describe('masking', () => {
  it.each(NOTIFICATIONS.map(({ name }) => name))('serves no secret planted in a %s', (name) => {
    const { body: declared } = NOTIFICATIONS.find((entry) => entry.name === name) as { body: Members };
    const plan = dataPlanOf(name);
    if (plan === undefined) throw new Error('no plan');
    fc.assert(
      fc.property(bodyFor(declared), style, fc.boolean(), (body, how, normalized) => {
        const text = accepted(write(plant(body, { kind: 'object', members: declared }), how));
        const { text: data } = renderData(text, plan, { normalized, masked: true });
        expect(JSON.stringify(JSON.parse(data))).not.toContain(SECRET);
      }),
      { ...RUNS, numRuns: Math.ceil(numRuns / 20) },
    );
  });
});

describe('the largest bodies that are accepted', () => {
  const deepest = `${'{"a":['.repeat(31)}{"pin":1}${']}'.repeat(31)}`;
  const widest = `{${Array.from({ length: 19_998 }, (_, at) => `"k${at}" : { } ,\n`).join('')}"pin":1}`;

  it.each(FORMS)('are rendered as any other: %o', (form) => {
    for (const body of [deepest, widest]) {
      const text = accepted(body);
      const { text: data, maskedPaths } = renderData(text, compileData({}), form);
      const expected = expectedData(read(text), {}, form);
      expect(data).toBe(write(expected.tree));
      expect(maskedPaths).toEqual(expected.maskedPaths);
    }
  });
});

const SECRET = 'planted-secret';
const PLANTED: Tree = {
  kind: 'object',
  members: [['x', { kind: 'list', items: [{ kind: 'string', value: SECRET }] }]],
};

/** Sets secrets under a name of the list at every level, and wherever the declarations call for one. */
function plant(tree: Tree, field: Field | undefined): Tree {
  if (tree.kind === 'list') {
    const items = field?.kind === 'list' ? field.items : undefined;
    return { kind: 'list', items: tree.items.map((item) => plant(item, items)) };
  }
  if (tree.kind !== 'object') return tree;
  const declared = field?.kind === 'object' ? Object.entries(field.members) : [];
  const names = (key: string, { wire }: Field): readonly string[] => [key, ...(wire ?? [])];
  const sensitive = declared.filter(([, each]) => each.sensitive === true);
  return {
    kind: 'object',
    members: [
      ['client_secret', PLANTED],
      ...tree.members.map(([name, value]) => {
        const own = declared.find(([key, each]) => names(key, each).includes(name))?.[1];
        const inner = own ?? (field?.kind === 'map' ? field.values : undefined);
        return [name, own?.sensitive === true ? PLANTED : plant(value, inner)] as const;
      }),
      ...sensitive.flatMap(([key, each]) => names(key, each).map((name) => [name, PLANTED] as const)),
      ['rfid-tag', PLANTED],
    ],
  };
}

/** Scalars and empty containers, in order. */
function leaves(tree: Tree): string[] {
  if (tree.kind === 'object' && tree.members.length > 0)
    return tree.members.flatMap(([, value]) => leaves(value));
  if (tree.kind === 'list' && tree.items.length > 0) return tree.items.flatMap(leaves);
  return [write(tree)];
}

function isDeclaredConversion([before, after]: readonly string[]): boolean {
  if (before === '[]') return after === '{}';
  if (before === '""') return after === 'null';
  if (/^\d+$/.test(before ?? '')) return after === `"${before}"`;
  if (before === '"old"') return after === '"new"';
  if (before === '"Local"') return after === '"local"';
  const at = parseInstant(JSON.parse(before ?? '') as string);
  return at !== undefined && at === parseInstant(JSON.parse(after ?? '') as string);
}
