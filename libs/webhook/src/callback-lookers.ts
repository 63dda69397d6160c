import { GatewayError } from '@chargelog/domain';
import type { FastifyInstance } from 'fastify';
import type { WebhookSources } from './webhook-sources.js';

const ALLOW = 'POST, OPTIONS';

/**
 * Whoever looks at a callback URL, with a browser or a monitor, is told whether it is the right one. RFC 9110 §15.5.6 (405
 * names what is allowed), §9.3.7 (OPTIONS).
 */
export function answerLookers(server: FastifyInstance, sources: WebhookSources): void {
  server.route<{ Params: { source: string } }>({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/webhooks/:source',
    handler: (request, reply) => {
      const { source } = request.params;
      if (sources.find(source) === undefined)
        throw new GatewayError(
          'not-found',
          'No webhook source has this name. Check the callback URL of the subscription.',
        );
      void reply.header('allow', ALLOW);
      if (request.method === 'OPTIONS') return reply.status(204).send();
      throw new GatewayError(
        'method-not-allowed',
        `This is the right URL: deliveries to the source "${source}" come here by POST, signed. ${request.method} delivers nothing.`,
      );
    },
  });
}
