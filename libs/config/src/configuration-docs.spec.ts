import { describe, expect, it } from 'vitest';
import { knownKeys } from './checks.js';
import { renderConfigurationDocs } from './configuration-docs.js';
import { ENVIRONMENT_VARIABLES } from './environment-variables.js';
import { Environment } from './environment.js';

describe('docs/configuration.md', () => {
  // A file snapshot, so that `--update` writes the page anew.
  it('is what the program says about itself', async () => {
    await expect(renderConfigurationDocs()).toMatchFileSnapshot('../../../docs/configuration.md');
  });

  it('describes every variable that is read, and no other', () => {
    expect(ENVIRONMENT_VARIABLES.map(({ name }) => name).toSorted()).toEqual(
      [...knownKeys(Environment)].toSorted(),
    );
  });

  it('gives each setting a line of its own', () => {
    const page = renderConfigurationDocs();
    for (const key of [
      'PORT',
      'sources[].secrets[].value',
      'sources[].tls.passphrase',
      'identity.undatedWindow',
    ]) {
      expect(page.split('\n').filter((line) => line.startsWith(`| \`${key}\` `))).toHaveLength(1);
    }
  });
});
