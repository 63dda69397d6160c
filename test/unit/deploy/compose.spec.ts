import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, type GatewayConfig } from '@chargelog/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Service {
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly command?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const file = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const { services, secrets } = parse(file('docker-compose.yml')) as Compose;
const dockerfile = file('Dockerfile');

/** `NAME=value` of the image's ENV. */
function imageEnvironment(): Record<string, string> {
  const block = /^ENV ((?:.*\\\n)*.*)$/m.exec(dockerfile)?.[1] ?? '';
  return Object.fromEntries(block.split(/\s*\\?\n?\s+/).map((pair) => pair.split('=') as [string, string]));
}

describe('the gateway of docker-compose.yml', () => {
  let folder: string;
  let config: GatewayConfig;
  const { gateway } = services;

  // The container's own paths, moved below a folder of this test.
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chargelog-compose-'));
    mkdirSync(join(folder, 'run/secrets'), { recursive: true });
    for (const name of Object.keys(secrets)) {
      writeFileSync(join(folder, 'run/secrets', name), 'ab'.repeat(32));
      chmodSync(join(folder, 'run/secrets', name), 0o600);
    }
    writeFileSync(
      join(folder, 'chargelog.yaml'),
      file('deploy/compose/chargelog.yaml').replaceAll('file:/run', `file:${folder}/run`),
    );
    const given = Object.entries({ ...imageEnvironment(), ...gateway?.environment }).map(([name, value]) => [
      name,
      String(value)
        .replace(/^\/run\//, `${folder}/run/`)
        .replace('/etc/chargelog/', `${folder}/`),
    ]);
    config = loadConfig(Object.fromEntries(given) as NodeJS.ProcessEnv, { cwd: folder });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('starts with what the image, the compose file and the example say', () => {
    expect(config).toMatchObject({ host: '0.0.0.0', port: 8080, intakePort: 8081 });
    expect(config.generated).toEqual({ webhookSource: false, adminKey: false });
    expect(config.sources.map(({ kind }) => kind)).toEqual(['webhook', 'kafka']);
  });

  it('reads the topic that is made, from the listener that the broker tells of inside', () => {
    const kafka = config.sources.find((source) => source.kind === 'kafka');
    const advertised = String(services['kafka']?.environment?.['KAFKA_ADVERTISED_LISTENERS']);
    expect(kafka?.brokers.map((broker) => `INTERNAL://${broker}`)).toEqual([advertised.split(',')[0]]);
    expect(services['topics']?.command).toContain(`--topic=${kafka?.topics[0]}`);
  });

  it('is published where it listens', () => {
    expect(gateway?.ports).toEqual([
      `127.0.0.1:${config.port}:${config.port}`,
      `127.0.0.1:${config.intakePort}:${config.intakePort}`,
    ]);
  });
});

describe('docker-compose.yml', () => {
  it('binds every port to this machine', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('has no password of its own', () => {
    const named = Object.values(services)
      .flatMap((service) => Object.entries(service.environment ?? {}))
      .filter(([name]) => /PASSWORD|SECRET|TOKEN/.test(name) && !name.endsWith('_FILE'));
    expect(named.length).toBeGreaterThan(0);
    for (const [, value] of named) expect(value).toMatch(/^\$\{POSTGRES_PASSWORD:\?/);
  });
});

describe('the Dockerfile', () => {
  it('ends with an image that is not root, holds no Postgres and starts node itself', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect(last).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
    expect(last).toMatch(/^CMD \["node", .*"dist\/apps\/gateway\/src\/main\.js"\]$/m);
    expect(imageEnvironment()).toMatchObject({ CHARGELOG_EMBEDDED_POSTGRES: 'off', NODE_ENV: 'production' });
  });

  it('fails to start without a database, and says so', () => {
    expect(() => loadConfig(imageEnvironment(), { cwd: tmpdir() })).toThrow(/DATABASE_URL: is required/);
  });
});
