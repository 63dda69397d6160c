import { describe, expect, it } from 'vitest';
import { load } from '@test/config-folder.js';
import { renderExample, renderConfigurationDocs } from './configuration-docs.js';

describe('docs/configuration.md', () => {
  // A file snapshot, so that `--update` writes the page anew.
  it('is what the program says about itself', async () => {
    await expect(renderConfigurationDocs()).toMatchFileSnapshot('../../../../docs/configuration.md');
  });

  it('shows an example that the gateway accepts', () => {
    const yaml = renderExample().replace('file:/run/secrets/kafka', 'file:password');
    const files = { 'ca.pem': '-----BEGIN CERTIFICATE-----', password: 'p' };
    expect(renderConfigurationDocs()).toContain(renderExample());
    expect(load({ yaml, files, env: { AMPECO_TOKEN: 't' } }).sources).toHaveLength(2);
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
