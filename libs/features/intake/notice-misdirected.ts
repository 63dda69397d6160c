import { isSignedPost } from '@chargelog/http';
import type { GatewayMetrics, Log } from '@chargelog/telemetry';
import type { RejectionRecorder } from '@chargelog/features/rejections';
import { MisdirectedDeliveries, type WebhookSources } from '@chargelog/webhook';
import type { FastifyInstance } from 'fastify';
import { WEBHOOK_ROUTE } from './webhook-measures.js';

export interface MisdirectedParts {
  readonly sources: WebhookSources;
  readonly metrics: GatewayMetrics;
  readonly rejections: RejectionRecorder;
  readonly log: Log;
  readonly basePath: string | undefined;
}

/** Looks at what was answered 404, when it was answered: it costs no sender anything. */
export function noticeMisdirected(server: FastifyInstance, parts: MisdirectedParts): void {
  const { sources, metrics, rejections, log, basePath } = parts;
  const misdirected = new MisdirectedDeliveries(
    sources,
    {
      rejected: (request) => rejections.offer(request),
      warn: ({ source, path, rightPath }) =>
        log('warn', 'a signed delivery was sent to a path where no webhook is received', {
          source: source ?? 'unknown',
          path,
          rightPath,
          next: 'correct the callback URL of the subscription in AMPECO; then chargelog rejections reverify',
        }),
    },
    basePath,
  );
  server.addHook('onResponse', (request, reply, done) => {
    if (reply.statusCode === 404 && isSignedPost(request) && Buffer.isBuffer(request.body)) {
      const source = misdirected.notice({
        target: request.originalUrl,
        receivedAt: Date.now(),
        body: request.body,
        headers: request.raw.headers,
      });
      // One to the path of a source that is not there has been counted as that.
      if (request.routeOptions.url !== WEBHOOK_ROUTE) metrics.rejected(source?.name ?? '', 'wrong-path');
    }
    done();
  });
}
