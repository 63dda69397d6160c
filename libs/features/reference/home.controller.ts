import { answerOf, Open, Operation, PAGE_HEADERS, renderPage, json, Tag } from '@chargelog/http';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** A page for whoever opens the address in a browser. It shows no data and loads nothing from elsewhere. */
@Tag('Reference')
@Controller()
export class HomeController {
  @Get()
  @Open()
  @Operation({
    id: 'showHome',
    summary: 'A page for whoever opens the address in a browser',
    returns: answerOf('text/html', 'It shows no data.', json.text()),
  })
  async home(@Res() reply: FastifyReply): Promise<void> {
    await reply.headers(PAGE_HEADERS).send(PAGE);
  }
}

const CALLS: readonly (readonly [string, string])[] = [
  ['POST /webhooks/{source}', 'where AMPECO delivers; signed with HMAC-SHA256 in X-Signature'],
  [
    'GET /v1/events',
    'history: type, chargePointId, evseId, sessionId, userId, locationId, subject, occurredAfter, occurredBefore, order, limit, after',
  ],
  ['GET /v1/events/{id}', 'one event as CloudEvents JSON'],
  ['GET /v1/events/{id}/deliveries', 'every copy that was received, and why they are one event'],
  ['GET /v1/events/{id}/raw', 'the exact bytes as received'],
  ['GET /v1/feed', 'events in order of arrival after a cursor; wait=20 waits for the next one'],
  ['GET /v1/quarantine', 'deliveries that could not become events, with the reason'],
  ['GET /v1/reports/drift', 'how what AMPECO sends differs from its documentation'],
  [
    'POST /v1/replays',
    'send stored events again to a URL; GET and DELETE /v1/replays/{id} follow and cancel',
  ],
  ['GET /health/ready', 'whether every part works'],
];

const PAGE = renderPage(
  'Chargelog',
  `<h1>Chargelog</h1>
<p>The notification gateway of your charging network. Everything AMPECO tells you arrives here, is kept, and can be asked for again.</p>
<p>The whole reference: <a href="/docs">/docs</a>, for programs <a href="/openapi.json">/openapi.json</a>.</p>
<h4>To begin with</h4>
<table>${CALLS.map(([call, text]) => `<tr><td><code>${call}</code></td><td>${text}</td></tr>`).join('')}</table>
<p>Calls below <code>/v1</code> need a key: <code>Authorization: Bearer &lt;key&gt;</code>. A gateway that was started without
configuration keeps its own in <code>credentials.json</code> in the data directory.</p>`,
);
