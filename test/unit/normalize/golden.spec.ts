import { readdirSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { dataJsonSchema, dataPlanOf, entryOf, renderData, type DataPlan } from '@chargelog/catalogue';
import { loadSamples } from '../../fixtures/ampeco/load.js';
import { indent, read, type Tree } from './json-tree.js';

const FOLDER = new URL('../../fixtures/normalized/', import.meta.url);
const SAMPLES = loadSamples();
/** RFC 3339 in UTC or, of local times, with an offset: narrower than what `date-time` allows. */
const SERVED_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

const rendered = SAMPLES.map((sample) => {
  const plan = dataPlanOf(sample.notification) as DataPlan;
  const serve = (masked: boolean) => renderData(sample.body.toString(), plan, { normalized: true, masked });
  return { ...sample, open: serve(false), masked: serve(true) };
});

describe('normalized samples', () => {
  // A file snapshot, so that `--update` writes it anew; then it has to be read.
  it.each(rendered)('$file', async ({ file, open, masked }) => {
    const golden: Tree = {
      kind: 'object',
      members: [
        ['data', read(open.text)],
        ['collisions', read(JSON.stringify(open.collisions))],
        ['maskedPaths', read(JSON.stringify(masked.maskedPaths))],
      ],
    };
    await expect(`${indent(golden)}\n`).toMatchFileSnapshot(new URL(file, FOLDER).pathname);
  });

  it('are the files of the folder', () => {
    const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.json'),
    );
    expect(files.toSorted()).toEqual(SAMPLES.map(({ file }) => file).toSorted());
  });

  it.each(rendered)('$file is the same without the members that are masked', ({ open, masked }) => {
    const data = JSON.parse(open.text) as Record<string, unknown>;
    for (const pointer of masked.maskedPaths) remove(data, pointer);
    expect(JSON.parse(masked.text)).toEqual(data);
  });

  const conforming = rendered.filter(({ departures }) => departures.length === 0);
  it.each(conforming)('$file fits the schema of its data', ({ notification, open }) => {
    const entry = entryOf(notification);
    if (entry === undefined) throw new Error('a conforming sample is in the catalogue');
    const ajv = new Ajv2020({ strict: false });
    ajv.addFormat('date-time', SERVED_TIME);
    const fits = ajv.compile(dataJsonSchema(entry));
    fits(JSON.parse(open.text));
    expect(fits.errors ?? []).toEqual([]);
  });
});

function remove(data: Record<string, unknown>, pointer: string): void {
  const names = pointer.split('/').slice(1);
  let at = data;
  for (const name of names.slice(0, -1)) at = at[name] as Record<string, unknown>;
  const last = names.at(-1) ?? '';
  expect(at).toHaveProperty([last]);
  delete at[last];
}
