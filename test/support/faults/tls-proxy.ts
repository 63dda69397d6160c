import { connect, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { PgConnection } from '@chargelog/event-log';
import type { TestCertificates } from '../kafka/certificates.js';

export interface TlsProxy {
  readonly port: number;
  /** What it shows to connections from now on; undefined: it offers no TLS, as a server without a certificate. */
  certificates: TestCertificates | undefined;
  close(): Promise<void>;
}

/** Stands before a Postgres that listens on a socket of the file system, and speaks TLS for it as Postgres does. */
export async function startTlsProxy(
  target: PgConnection & { readonly database: string },
  certificates: TestCertificates | undefined,
): Promise<TlsProxy> {
  const open = new Set<Socket>();
  const keep = <S extends Socket>(socket: S): S => {
    open.add(socket);
    return socket.on('error', () => undefined).on('close', () => open.delete(socket));
  };
  const server = createServer((client) => {
    keep(client).once('data', () => {
      // The first message is an SSLRequest; the answer is one byte.
      if (proxy.certificates === undefined) return void client.end('N');
      client.write('S');
      const { serverCert: cert, serverKey: key } = proxy.certificates;
      const secure = keep(new TLSSocket(client, { isServer: true, cert, key }));
      const upstream = keep(connect(`${target.host}/.s.PGSQL.${target.port}`));
      secure.pipe(upstream).pipe(secure);
      for (const [end, other] of [
        [secure, upstream],
        [upstream, secure],
      ] as const)
        end.on('close', () => other.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const proxy: TlsProxy = {
    port: (server.address() as { port: number }).port,
    certificates,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
  return proxy;
}
