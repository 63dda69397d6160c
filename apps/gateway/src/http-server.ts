import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import {
  refuseUnreadable,
  refuseUnroutable,
  guardRequests,
  HTTP_LIMITS,
  limitConnections,
  refuseExpectations,
  refuseNewRequests,
  BodyReader,
} from '@chargelog/http';
import { NestLogger } from '@chargelog/telemetry';
import { GatewayModule, type GatewayParts } from './gateway.module.js';
import { measureAcknowledgements } from './webhook-measures.js';

export interface HttpServerOptions {
  readonly maxBodyBytes: number;
  readonly logger: Logger;
  /** A listener that serves webhooks and health whatever parts it is given. */
  readonly intakeOnly?: boolean;
}

/** What is still under way after this long is cut off: a body that trickles in must not hold up a shutdown. */
const CLOSE_WITHIN_MS = 4_000;

/** The HTTP side of an instance, not yet listening. */
export async function createHttpServer(
  parts: GatewayParts,
  options: HttpServerOptions,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    logger: false,
    bodyLimit: options.maxBodyBytes,
    requestTimeout: HTTP_LIMITS.requestTimeoutMs,
    keepAliveTimeout: HTTP_LIMITS.keepAliveMs,
    connectionTimeout: HTTP_LIMITS.silentMs,
    http: {
      maxHeaderSize: HTTP_LIMITS.maxHeaderBytes,
      headersTimeout: HTTP_LIMITS.headersTimeoutMs,
      connectionsCheckingInterval: HTTP_LIMITS.checkEveryMs,
      requireHostHeader: false, // looked at by guardRequests, whose refusal says what is wrong
      insecureHTTPParser: false, // also against NODE_OPTIONS: what two parsers read differently can be smuggled
    },
    return503OnClosing: false, // refused by guardRequests, from the first moment of the shutdown and as a problem
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
  guardRequests(server, { intakeOnly: options.intakeOnly ?? false });
  limitConnections(server.server);
  refuseExpectations(server.server);
  if (parts.metrics !== undefined) measureAcknowledgements(server, parts.metrics);
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.with(parts), adapter, {
    bodyParser: false,
    logger: new NestLogger(options.logger),
    abortOnError: false,
  });
  await app.init();
  return app;
}

/** Refuses what is new, answers what is under way, ends waiting feed reads; then closes. */
export async function closeHttpServer(app: NestFastifyApplication): Promise<void> {
  refuseNewRequests(app.getHttpAdapter().getInstance());
  const server = app.getHttpServer();
  const cutOff = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(cutOff);
  }
}
