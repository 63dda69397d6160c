import { GatewayProcess } from './gateway-process.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export const ACME_SECRET = 'the-token-of-acme-0001';
export const BETA_SECRET = 'the-token-of-beta-0001';
/** A second one of acme, in the configuration at first. */
export const OLD_SECRET = 'a-token-that-is-taken-out-0001';

export const yaml = (more = ''): string => `
sources:
  - { name: acme, kind: webhook, tenant: acme, secrets: [{ name: a, value: ${ACME_SECRET} }${more}] }
  - { name: beta, kind: webhook, tenant: beta, secrets: [{ name: a, value: ${BETA_SECRET} }] }
targets: { allow: [127.0.0.1] }
`;

/** Two instances on one database, and one that has nothing but the public door; all with the keys of the first. */
export interface Instances {
  readonly db: TestDatabase;
  /** Has a second listener, for webhooks alone. */
  readonly first: GatewayProcess;
  readonly second: GatewayProcess;
  readonly doorOnly: GatewayProcess;
  readonly close: () => Promise<void>;
}

export async function startInstances(): Promise<Instances> {
  const db = await createTestDatabase();
  const options = { database: db.connection, yaml: yaml(`, { name: old, value: ${OLD_SECRET} }`) };
  const first = await GatewayProcess.start({ ...options, env: { INTAKE_PORT: '0' } });
  const [second, doorOnly] = await Promise.all([
    GatewayProcess.start({ ...options, keysOf: first }),
    GatewayProcess.start({ ...options, keysOf: first, env: { CHARGELOG_ROLES: 'webhook' } }),
  ]);
  const close = async (): Promise<void> => {
    await Promise.all([first, second, doorOnly].map((gateway) => gateway.close()));
    await db.drop();
  };
  return { db, first, second, doorOnly, close };
}

/** A notification, another one for each number; three charge points take turns. */
export function body(n: number): string {
  return JSON.stringify({
    notification: 'NetworkStatusNotification',
    chargePointId: 1_000 + (n % 3),
    timestamp: new Date(Date.UTC(2026, 2, 14, 9) + n * 1_000).toISOString(),
    networkStatus: 'available',
  });
}
