import type { GatewayErrorCode } from '@chargelog/domain';
import type { GatewayMetrics, NoAcknowledgement } from '@chargelog/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export const WEBHOOK_ROUTE = '/webhooks/:source';

const REASON: Partial<Record<GatewayErrorCode, NoAcknowledgement>> = {
  'bad-signature': 'bad-signature',
  'not-found': 'unknown-source',
  'too-large': 'too-large',
  'rate-limited': 'rate-limited',
  overloaded: 'unavailable',
  'store-away': 'unavailable',
};

/** Counts webhook deliveries that were not acknowledged, those included that never reached the intake (too large). */
export function countRejections(
  metrics: GatewayMetrics,
): (code: GatewayErrorCode, request: FastifyRequest) => void {
  return (code, request) => {
    if (request.routeOptions?.url !== WEBHOOK_ROUTE) return;
    metrics.rejected(sourceOf(request), REASON[code] ?? 'other');
  };
}

/** Measures what a sender waits for its acknowledgement, from the head of its request on. */
export function measureAcknowledgements(server: FastifyInstance, metrics: GatewayMetrics): void {
  server.addHook('onResponse', (request, reply, done) => {
    if (reply.statusCode < 300 && request.method === 'POST' && request.routeOptions.url === WEBHOOK_ROUTE)
      metrics.acknowledged(sourceOf(request), reply.elapsedTime);
    done();
  });
}

function sourceOf(request: FastifyRequest): string {
  return (request.params as { readonly source?: string } | undefined)?.source ?? '';
}
