import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { GatewayError } from '@chargelog/domain';
import { refuseExpectation, refuseUnroutable } from '../problems/refusals.js';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { BodyReader } from './body-reader.js';

/**
 * What one client may take of the gateway. AMPECO's requests have about ten headers and some hundred bytes of them, and
 * arrive in one piece; the limits leave ample room for what proxies add.
 */
export const HTTP_LIMITS = {
  /** Request line and headers together; beyond it 431. Node's own default, written down because it is a promise. */
  maxHeaderBytes: 16 * 1024,
  /** Beyond it 431. Node would drop the surplus silently, and with it perhaps the signature. */
  maxHeaders: 100,
  /** From the first moment of a connection, or the first byte of a later request, to the end of its headers; then 408. */
  headersTimeoutMs: 10_000,
  /** The same to the end of the body. */
  requestTimeoutMs: 30_000,
  /** How often the two are looked at; Node's default of 30 s would make them three times as long. */
  checkEveryMs: 1_000,
  /** Longer than the usual 60 s of balancers, so that they close first. */
  keepAliveMs: 75_000,
  /** A connection on which nothing moves, an answer that nobody reads included; longer than the longest feed wait. */
  silentMs: 120_000,
  /** Open connections of one listener; further ones are closed at once. */
  maxConnections: 10_000,
  /** From here on connections that only wait for a next request make room. */
  crowded: 8_000,
  /** Bodies that are being received, all together; further ones are answered 503. What is complete, the queue bounds. */
  maxBodyBytesInFlight: 128 * 1024 * 1024,
} as const;

const INTAKE_PATHS = ['/webhooks/', '/health/'];
const draining = new WeakSet<object>();
const intakeSockets = new WeakSet<Socket>();

/** From now on what comes over this server's connections may reach webhooks and health only. */
export function markIntakeListener(server: Server): void {
  server.on('connection', (socket) => void intakeSockets.add(socket));
}

/** Whether the request came over the public listener of `INTAKE_PORT`. */
export function isAtIntakeListener({ raw }: Pick<FastifyRequest, 'raw'>): boolean {
  return intakeSockets.has(raw.socket);
}

/** From now on every new request, on whatever connection, is answered 503 and its connection closed. */
export function refuseNewRequests(server: FastifyInstance): void {
  draining.add(server);
}

/** Checks that precede everything else, in one hook because every delivery passes here. */
export function guardRequests(server: FastifyInstance, bodies: Pick<BodyReader, 'read'>): void {
  server.addHook('onRequest', (request, reply, done) => {
    const { raw } = request;
    if (draining.has(server)) {
      void reply.header('connection', 'close');
      done(
        new GatewayError('overloaded', 'The gateway is shutting down; send again shortly.', {
          retryAfter: 1,
        }),
      );
      return;
    }
    if (raw.rawHeaders.length > HTTP_LIMITS.maxHeaders * 2) {
      void reply.header('connection', 'close');
      refuseUnroutable({ statusCode: 431 }, request, reply);
      return;
    }
    if (!hasOneHost(request)) {
      void reply.header('connection', 'close');
      refuseUnroutable({ statusCode: 400 }, request, reply);
      return;
    }
    if (isAtIntakeListener(request) && !INTAKE_PATHS.some((path) => raw.url?.startsWith(path) === true)) {
      // Of what may be a delivery with a wrong URL the body is read all the same: it is kept, and explained.
      if (isSignedPost(request))
        bodies.read(raw, (error, body) => {
          request.body = body;
          done(error ?? nothingHere());
        });
      else done(nothingHere());
      return;
    }
    // Nobody reads such a body. Kept open, the connection would swallow it until the time for the request is over.
    if (hasUnexpectedBody(request)) void reply.header('connection', 'close');
    done();
  });
}

function nothingHere(): GatewayError {
  return new GatewayError(
    'not-found',
    'There is nothing at this path: this port takes POST /webhooks/{source} and health checks only.',
  );
}

/** Whether the request looks like a delivery of AMPECO, wherever it was sent to. */
export function isSignedPost({ method, raw }: Pick<FastifyRequest, 'method' | 'raw'>): boolean {
  return method === 'POST' && raw.headers['x-signature'] !== undefined;
}

/** RFC 9112 §3.2: none, or two that a proxy and we would choose differently from, is not well formed. */
function hasOneHost({ raw }: FastifyRequest): boolean {
  let hosts = 0;
  for (let i = 0; i < raw.rawHeaders.length; i += 2) {
    const name = raw.rawHeaders[i] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts === 1 || (hosts === 0 && raw.httpVersion === '1.0');
}

function hasUnexpectedBody({ method, headers }: FastifyRequest): boolean {
  if (method === 'POST') return false;
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** `Expect: 100-continue` is met by Node; whatever else is expected is not. */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', (_request, response) => refuseExpectation(response));
}

/** Caps on connections, for a server that Fastify has made. */
export function limitConnections(server: Server): void {
  server.maxConnections = HTTP_LIMITS.maxConnections;
  server.maxHeadersCount = 0; // counted by guardRequests, which refuses where Node would forget
  let open = 0;
  server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
    // Those that have sent nothing yet are not idle to Node; their time for headers is running.
    if (open > HTTP_LIMITS.crowded) server.closeIdleConnections();
  });
}
