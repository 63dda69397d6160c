import { relative } from 'node:path';
import type { GatewayConfig, Role } from '@chargelog/config';
import { credentialsPath } from '@chargelog/features/access';
import type { RunningGateway } from './start.js';

type Row = [label: string, text: string];

/** What a role is to be found at. What this instance does not serve is not announced: it would be a 404. */
const PLACES: Readonly<Partial<Record<Role, (gateway: RunningGateway) => Row[]>>> = {
  webhook: ({ baseUrl, intakeUrl, sources }) => [
    ...sources
      .filter(({ kind }) => kind === 'webhook')
      .map(({ name, tenant }): Row => {
        return ['webhook', `${baseUrl}/webhooks/${name}  (source ${name}, tenant ${tenant})`];
      }),
    ...(intakeUrl === undefined
      ? []
      : [['intake', `${intakeUrl}/webhooks/…  (nothing else but health)`] satisfies Row]),
  ],
  kafka: ({ sources }) => {
    const own = sources.filter(({ kind }) => kind === 'kafka');
    if (own.length === 0) return [['kafka', 'no Kafka source is configured']];
    return own.map(({ name, tenant }) => [
      'kafka',
      `its topics, see the configuration  (source ${name}, tenant ${tenant})`,
    ]);
  },
  api: ({ baseUrl }) => [
    ['api', `${baseUrl}/v1/events`],
    ['docs', `${baseUrl}/docs`],
  ],
};

/** What runs where, and what to do next. Keys are shown to a person at a terminal only, never to a log. */
export function announce(gateway: RunningGateway, config: GatewayConfig): void {
  const rows = config.roles.flatMap((role) => PLACES[role]?.(gateway) ?? []);
  rows.push(['health', `${gateway.baseUrl}/health/ready`]);
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
