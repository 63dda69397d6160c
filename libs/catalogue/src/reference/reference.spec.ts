import { readdirSync, readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { NOTIFICATIONS } from '../index.js';
import { renderIndexPage } from './index-page.js';
import { anchorOf } from './markdown.js';
import { renderNotificationPage } from './notification-page.js';

const ROOT = new URL('../../../../', import.meta.url);
const PAGES = new URL('docs/notifications/', ROOT);
const formatted = async (page: string): Promise<string> =>
  format(page, { ...(await resolveConfig(new URL('page.md', PAGES).pathname)), parser: 'markdown' });

// File snapshots: `npm run generate:notifications` writes the pages.
describe('docs/notifications', () => {
  it.each(NOTIFICATIONS.map((entry) => [entry.name, entry] as const))(
    'says of %s what the catalogue says',
    async (name, entry) => {
      const sample = readFileSync(new URL(`test/fixtures/ampeco/${name}.json`, ROOT), 'utf8').trim();
      const page = await formatted(renderNotificationPage(entry, sample));
      await expect(page).toMatchFileSnapshot(new URL(`${name}.md`, PAGES).pathname);
    },
  );

  it('lists every notification', async () => {
    const page = await formatted(renderIndexPage(NOTIFICATIONS));
    await expect(page).toMatchFileSnapshot(new URL('README.md', PAGES).pathname);
  });

  it.each(NOTIFICATIONS)('links $name to places that are there', ({ name }) => {
    const page = read(`${name}.md`);
    const targets = [...page.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)];
    for (const [link, file, anchor] of targets) {
      const target = file === '' ? page : read(file ?? '');
      if (anchor !== undefined) expect(headingsOf(target), link).toContain(anchor);
    }
  });

  it('keeps tables narrow enough to be read as text, long lists of values apart from them', () => {
    for (const { name } of NOTIFICATIONS) {
      const rows = read(`${name}.md`)
        .split('\n')
        .filter((line) => line.startsWith('| '));
      expect(Math.max(...rows.map(({ length }) => length)), name).toBeLessThan(420);
    }
  });

  it('holds no page of a notification that is gone', () => {
    const expected = new Set(['README.md', ...NOTIFICATIONS.map(({ name }) => `${name}.md`)]);
    expect(readdirSync(PAGES).filter((file) => !expected.has(file))).toEqual([]);
  });
});

function read(file: string): string {
  return readFileSync(new URL(file, PAGES), 'utf8');
}

function headingsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ''));
}
