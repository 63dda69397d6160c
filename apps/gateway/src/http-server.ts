import { NestLogger } from '@chargelog/telemetry';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { GatewayModule, type GatewayParts } from './gateway.module.js';

export interface HttpServerOptions {
  readonly maxBodyBytes: number;
  readonly logger: Logger;
}

/** The HTTP side of an instance, not yet listening. */
export async function createHttpServer(
  parts: GatewayParts,
  options: HttpServerOptions,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    logger: false,
    bodyLimit: options.maxBodyBytes,
    requestTimeout: 30_000, // a body that trickles in must not hold a connection for ever
    keepAliveTimeout: 75_000, // longer than the usual 60 s of balancers, so that they close first
    return503OnClosing: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 },
  });
  const server = adapter.getInstance();
  // One parser for every content type, none included: bytes as they are. Signatures are over bytes, and a body that is
  // not JSON must reach quarantine, not a framework's 400.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.with(parts), adapter, {
    bodyParser: false,
    logger: new NestLogger(options.logger),
    abortOnError: false,
  });
  await app.init();
  return app;
}
