import { Open } from '@chargelog/access';
import { Controller, Get, Header } from '@nestjs/common';

/** A page for whoever opens the address in a browser. It shows no data and loads nothing from elsewhere. */
@Controller()
export class HomeController {
  @Get()
  @Open()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
  @Header('x-content-type-options', 'nosniff')
  home(): string {
    return PAGE;
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
  [
    'POST /v1/replays',
    'send stored events again to a URL; GET and DELETE /v1/replays/{id} follow and cancel',
  ],
  ['GET /health/ready', 'whether every part works'],
];

const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Chargelog</title>
<style>
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:3rem auto;padding:0 1rem}
h1{margin-bottom:0}p{margin-top:.3rem}table{border-collapse:collapse;width:100%}td{padding:.4rem .8rem .4rem 0;vertical-align:top;border-top:1px solid #8884}
code{font:14px ui-monospace,monospace;white-space:nowrap}
</style></head><body>
<h1>Chargelog</h1>
<p>The notification gateway of your charging network. Everything AMPECO tells you arrives here, is kept, and can be asked for again.</p>
<table>${CALLS.map(([call, text]) => `<tr><td><code>${call}</code></td><td>${text}</td></tr>`).join('')}</table>
<p>Calls below <code>/v1</code> need a key: <code>Authorization: Bearer &lt;key&gt;</code>. A gateway that was started without
configuration keeps its own in <code>credentials.json</code> in the data directory.</p>
<p>The whole reference: <a href="/docs">/docs</a>, for programs <a href="/openapi.json">/openapi.json</a>.</p>
</body></html>
`;
