import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scaffoldNotification } from '../../tools/scaffold-notification.js';

const ROOT = new URL('../../..', import.meta.url).pathname;

describe('scaffoldNotification', () => {
  let root: string;
  const read = (file: string) => readFileSync(join(root, file), 'utf8');

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'chargelog-scaffold-'));
    cpSync(join(ROOT, 'libs/catalogue/src'), join(root, 'libs/catalogue/src'), { recursive: true });
    cpSync(join(ROOT, 'libs/domain/src'), join(root, 'libs/domain/src'), { recursive: true });
    cpSync(join(ROOT, 'test/fixtures/ampeco'), join(root, 'test/fixtures/ampeco'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(root, 'package.json'));
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it('makes entries that compile, a sample and its expectation, and says what is left to do', () => {
    const steps = scaffoldNotification(root, 'depot.slotAssigned');
    scaffoldNotification(root, 'DepotChangedNotification');
    scaffoldNotification(root, 'depot.changed');

    expect(typeErrors(root)).toEqual([]);
    expect(read('libs/catalogue/src/notifications/index.ts')).toMatch(
      /\n {2}depotSlotAssigned,\n {2}depotChangedNotification,\n {2}depotChanged,\n\];\n$/,
    );
    expect(JSON.parse(read('test/fixtures/ampeco/depot.slotAssigned.json'))).toMatchObject({
      notification: 'depot.slotAssigned',
      depotId: 1,
    });
    const expected = JSON.parse(read('test/fixtures/ampeco/expected.json')) as Record<string, unknown>;
    expect(expected['depot.slotAssigned.json']).toMatchObject({
      type: 'depot.slotAssigned',
      subject: 'depot/1',
    });
    expect(expected['DepotChangedNotification.json']).toMatchObject({ type: 'depot.updated' });
    expect(steps.join('\n')).toContain('CATALOGUE_VERSION');
    for (const step of steps.filter((each) => each.includes('.ts: ') || each.includes('.json: '))) {
      const file = step.slice(0, step.indexOf(': '));
      expect([file, existsSync(join(root, file))]).toEqual([file, true]);
    }
  }, 60_000);

  it.each(['', '../x', 'a b', 'a..b', '.a', 'a/b', '1a', "a'"])('refuses the name "%s"', (name) => {
    const before = read('libs/catalogue/src/notifications/index.ts');
    expect(() => scaffoldNotification(root, name)).toThrow('is no notification name');
    expect(read('libs/catalogue/src/notifications/index.ts')).toBe(before);
  });

  it('refuses a name that the catalogue holds', () => {
    expect(() => scaffoldNotification(root, 'evse.changed')).toThrow('is in the catalogue already');
  });
});

function typeErrors(root: string): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  const files = ['libs/catalogue/src/index.ts'];
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    { ...config, include: [], files },
    ts.sys,
    root,
  );
  const program = ts.createProgram(fileNames, { ...options, noEmit: true, incremental: false });
  if (!program.getSourceFiles().some(({ fileName }) => fileName.endsWith('notifications/depot.changed.ts')))
    throw new Error('the new notification is not part of the catalogue');
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
