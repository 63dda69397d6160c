import { createHmac } from 'node:crypto';
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

export interface Request {
  readonly method?: string;
  readonly path: string;
  readonly version?: string;
  /** Lines as they go on the wire, without their ends; `host` and `connection: close` are added unless given. */
  readonly headers?: readonly string[];
  readonly body?: Buffer | string;
  /** Undefined: that of the body. */
  readonly contentLength?: string | false;
}

/** A request as bytes, with nothing checked or mended. */
export function requestBytes(request: Request): Buffer {
  const body = Buffer.from(request.body ?? '');
  const given = request.headers ?? [];
  const has = (name: string): boolean => given.some((line) => line.toLowerCase().startsWith(`${name}:`));
  const lines = [
    `${request.method ?? 'POST'} ${request.path} ${request.version ?? 'HTTP/1.1'}`,
    ...(has('host') ? [] : ['host: 127.0.0.1']),
    ...(has('connection') ? [] : ['connection: close']),
    ...(request.contentLength === false ? [] : [`content-length: ${request.contentLength ?? body.length}`]),
    ...given,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

export const signatureLine = (body: Buffer | string, secret: string): string =>
  `x-signature: ${createHmac('sha256', secret).update(body).digest('hex')}`;

/** A body in one chunk. */
export function chunked(body: Buffer | string): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n0\r\n\r\n'),
  ]);
}

/**
 * Sends bytes on a connection of its own and collects every answer until the server ends it.
 *
 * @throws Error when it is still open after `timeoutMs`
 */
export function exchange(baseUrl: string, bytes: Buffer, timeoutMs = 60_000): Promise<readonly RawAnswer[]> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(bytes));
    const late = setTimeout(() => {
      socket.destroy();
      reject(
        new Error(`the connection is still open; received: ${Buffer.concat(received).toString('latin1')}`),
      );
    }, timeoutMs);
    socket.on('data', (chunk) => received.push(chunk));
    // A server that cuts a connection while we are sending resets it: what it said before counts.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(late);
      resolve(answersIn(Buffer.concat(received).toString('latin1')));
    });
  });
}

/** Every answer in a text; informational ones (1xx) have no body, others end by their length. */
export function answersIn(text: string): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = text; rest !== '';) {
    const headEnd = rest.indexOf('\r\n\r\n');
    const head = headEnd < 0 ? rest : rest.slice(0, headEnd);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? Number.NaN);
    const length = status < 200 ? 0 : Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const bodyAt = headEnd < 0 ? rest.length : headEnd + 4;
    answers.push({ status, head, body: rest.slice(bodyAt, bodyAt + length) });
    rest = rest.slice(bodyAt + length);
  }
  return answers;
}
