import { relative } from 'node:path';
import type { GatewayConfig } from '@chargelog/config';
import { credentialsPath } from './credentials.js';
import type { RunningGateway } from './start-gateway.js';

/** What runs where, and what to do next. Keys are shown to a person at a terminal only, never to a log. */
export function announce(gateway: RunningGateway, config: GatewayConfig): void {
  const rows: [string, string][] = [];
  for (const source of gateway.sources) {
    const where =
      source.kind === 'webhook'
        ? `${gateway.baseUrl}/webhooks/${source.name}`
        : 'Kafka topics, see the configuration';
    rows.push([source.kind, `${where}  (source ${source.name}, tenant ${source.tenant})`]);
  }
  if (!gateway.sources.some(({ kind }) => kind === 'kafka'))
    rows.push(['kafka', 'no Kafka source is configured']);
  if (gateway.intakeUrl !== undefined)
    rows.push(['intake', `${gateway.intakeUrl}/webhooks/…  (nothing else but health)`]);
  rows.push(['api', `${gateway.baseUrl}/v1/events`], ['health', `${gateway.baseUrl}/health/ready`]);
  rows.push(['database', gateway.storage], ['roles', config.roles.join(', ')]);
  const generated = gateway.credentials;
  if (generated !== undefined) {
    rows.push(['keys', `${relative(process.cwd(), credentialsPath(config.dataDir))} (readable by you only)`]);
    if (process.stdout.isTTY && generated.adminKey !== undefined)
      rows.push(['admin key', generated.adminKey]);
  }
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`);
  const next =
    generated !== undefined && generated.webhooks.length > 0
      ? '\nNext, in another terminal: npm run simulate -- --rate 50 --duration 30s\n'
      : '';
  process.stdout.write(
    `\nChargelog is ready on ${gateway.baseUrl}\n\n${lines.join('\n')}\n${next}Ctrl-C stops everything.\n\n`,
  );
}
