import { createServer, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestLogger } from '@chargelog/telemetry';
import type { Logger } from 'pino';
import { refuseUnreadable, refuseUnroutable } from '../problems/refusals.js';
import { BodyReader } from './body-reader.js';
import {
  guardRequests,
  HTTP_LIMITS,
  limitConnections,
  markIntakeListener,
  refuseExpectations,
  refuseNewRequests,
} from './http-limits.js';
import { targetReader } from './request-target.js';

export interface HttpServerOptions {
  readonly maxBodyBytes: number;
  /** A prefix that an ingress leaves before every path, `/chargelog`; none when left out. */
  readonly basePath?: string | undefined;
  readonly logger: Logger;
}

/** What is still under way after this long is cut off: a body that trickles in must not hold up a shutdown. */
const CLOSE_WITHIN_MS = 4_000;

const NODE_OPTIONS = {
  maxHeaderSize: HTTP_LIMITS.maxHeaderBytes,
  headersTimeout: HTTP_LIMITS.headersTimeoutMs,
  connectionsCheckingInterval: HTTP_LIMITS.checkEveryMs,
  requireHostHeader: false, // checked by guardRequests, whose refusal says what is wrong
  insecureHTTPParser: false, // also against NODE_OPTIONS: what two parsers read differently can be smuggled
} as const satisfies ServerOptions;

/** The application behind its HTTP server, not yet listening. */
export async function createHttpServer(
  root: DynamicModule,
  options: HttpServerOptions,
): Promise<NestFastifyApplication> {
  const readTarget = targetReader(options.basePath ?? '');
  const adapter = new FastifyAdapter({
    logger: false,
    bodyLimit: options.maxBodyBytes,
    requestTimeout: HTTP_LIMITS.requestTimeoutMs,
    keepAliveTimeout: HTTP_LIMITS.keepAliveMs,
    connectionTimeout: HTTP_LIMITS.silentMs,
    http: NODE_OPTIONS,
    return503OnClosing: false, // refused by guardRequests, from the first moment of the shutdown and as a problem
    rewriteUrl: ({ url = '/' }) => readTarget(url),
    frameworkErrors: refuseUnroutable,
    clientErrorHandler: refuseUnreadable,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 },
  });
  const server = adapter.getInstance();
  // One parser for every content type, none included: bytes as they are. Signatures are over bytes, and a body that is
  // not JSON must reach quarantine, not a framework's 400.
  server.removeAllContentTypeParsers();
  const bodies = new BodyReader({
    maxBytes: options.maxBodyBytes,
    maxBytesInFlight: HTTP_LIMITS.maxBodyBytesInFlight,
  });
  server.addContentTypeParser('*', (request, _payload, done) => bodies.read(request.raw, done));
  guardRequests(server, bodies);
  limitConnections(server.server);
  refuseExpectations(server.server);
  // What came over the second listener is answered too before any part closes.
  server.addHook('preClose', () => closed(intakeListeners.get(server)));
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    bodyParser: false,
    logger: new NestLogger(options.logger),
    abortOnError: false,
  });
  try {
    await app.init();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

/** @returns the address, as a URL. @throws Error that says which setting to change where the system refuses it */
export async function listen(app: NestFastifyApplication, port: number, host: string): Promise<string> {
  try {
    await app.listen(port, host);
  } catch (error) {
    throw explained(error, port, host);
  }
  return app.getUrl();
}

/**
 * Opens a second listener for webhooks and health alone, before the same routes. It closes with the application.
 *
 * @returns its address, as a URL
 */
export async function listenForIntake(
  app: NestFastifyApplication,
  port: number,
  host: string,
): Promise<string> {
  const fastify = app.getHttpAdapter().getInstance();
  const server = createServer(NODE_OPTIONS, (request, response) => fastify.routing(request, response));
  server.requestTimeout = HTTP_LIMITS.requestTimeoutMs;
  server.keepAliveTimeout = HTTP_LIMITS.keepAliveMs;
  server.setTimeout(HTTP_LIMITS.silentMs);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    refuseUnreadable(error, socket as Socket),
  );
  markIntakeListener(server);
  limitConnections(server);
  refuseExpectations(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explained(error, port, host)));
    server.listen(port, host, resolve);
  });
  intakeListeners.set(fastify, server);
  const { address, port: taken, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
}

const intakeListeners = new WeakMap<object, Server>();

function closed(server: Server | undefined): Promise<void> {
  return new Promise((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
}

/** Refuses what is new, answers what is under way, ends waiting feed reads; then closes the parts and what they stand on. */
export async function closeHttpServer(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  refuseNewRequests(fastify);
  const cutOff = setTimeout(() => {
    fastify.server.closeAllConnections();
    intakeListeners.get(fastify)?.closeAllConnections();
  }, CLOSE_WITHIN_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(cutOff);
  }
}

function explained(error: unknown, port: number, host: string): unknown {
  const why = LISTEN_PROBLEM[(error as NodeJS.ErrnoException).code ?? ''];
  if (why === undefined) return error;
  return new Error(`it cannot listen on ${host}, port ${port}: ${why}`, { cause: error });
}

const LISTEN_PROBLEM: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there. Stop that one, or set PORT (or INTAKE_PORT) to another number.',
  EACCES: 'this user may not. Take a port above 1023.',
  EADDRNOTAVAIL: 'this machine has no such address. Change HOST.',
};
