import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PgConnection } from '@chargelog/event-log';
import { eventually } from '../eventually.js';
import { freePorts } from '../kafka/free-ports.js';
import { startRelay } from '../relay.js';
import type { Pooler, PoolMode } from './pool-mode.js';

/** PgBouncer as it comes, with the mode that is asked for. It does not run as root; then it runs as `nobody`. */
export async function startPgBouncer(
  target: PgConnection & { readonly database: string },
  mode: PoolMode,
): Promise<Pooler> {
  const folder = mkdtempSync(join(tmpdir(), 'chargelog-pgbouncer-'));
  const [port] = await freePorts(1);
  // It runs as another user, who may not open the server's socket.
  const relay = await startRelay(target);
  const { host, port: serverPort, user, password, database } = relay.connection;
  writeFileSync(join(folder, 'users.txt'), `"${user}" "${String(password)}"\n`);
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    `[databases]
${database} = host=${host} port=${serverPort} dbname=${database} user=${user} password=${String(password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${join(folder, 'users.txt')}
pool_mode = ${mode}
`,
  );
  chmodSync(folder, 0o755);
  const isRoot = process.getuid?.() === 0;
  const child = spawn('pgbouncer', ['-q', join(folder, 'pgbouncer.ini')], {
    stdio: 'ignore',
    ...(isRoot && { uid: 65_534, gid: 65_534 }),
  });
  await eventually(
    () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(port as number, '127.0.0.1');
        socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
      }),
    (isUp) => isUp,
  );
  return {
    connection: { ...target, host: '127.0.0.1', port },
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      await relay.close();
      rmSync(folder, { recursive: true });
    },
  };
}
