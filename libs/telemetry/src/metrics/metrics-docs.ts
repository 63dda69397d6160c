import { GatewayMetrics, type MetricDescription } from './gateway-metrics.js';
import { METRIC_GUIDE, type MetricAdvice } from './metric-guide.js';

/** The reference page `docs/metrics.md`, made from the registry and the guide. */
export function renderMetricsDocs(): string {
  const metrics = new GatewayMetrics({ version: '0', sources: [] }).describe();
  const isOurs = ({ name }: MetricDescription): boolean => name.startsWith('chargelog_');
  return [
    INTRODUCTION,
    ...metrics.filter(isOurs).map((metric) => section(metric, METRIC_GUIDE[metric.name])),
    PROCESS,
    metrics
      .filter((metric) => !isOurs(metric))
      .map(({ name, type, help }) => `- \`${name}\` (${type}): ${help}`)
      .join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

function section({ name, type, labels, help }: MetricDescription, advice: MetricAdvice | undefined): string {
  const shape = labels.length === 0 ? type : `${type} by ${labels.map((label) => `\`${label}\``).join(', ')}`;
  const alerts = (advice?.alerts ?? []).map((alert) => `[${alert}](operations.md#${alert.toLowerCase()})`);
  return [
    `## ${name}`,
    `${shape[0]?.toUpperCase()}${shape.slice(1)}. ${[help, ...(advice?.note === undefined ? [] : [advice.note])].join(' ')}`,
    `**Worry** ${advice?.worry ?? '?'}`,
    ...(alerts.length === 0 ? [] : [`Alerts: ${alerts.join(', ')}.`]),
  ].join('\n\n');
}

const INTRODUCTION = `# Metrics

\`GET /metrics\` in the Prometheus text format, with a key that has the scope \`metrics\`. The database is not asked when
somebody reads them, so they answer when it does not; what they tell of it is at most some seconds old (the held entries,
replays and partitions: 15 s). An instance with no role but \`webhook\` has no \`/metrics\`; give it \`maintenance\` as well.

Counters start at 0 with the process. What is in the database (quarantine, partitions, replays, the feed) is told by
every instance alike: take the greatest, not the sum. \`_unknown\` as \`source\` stands for names that are not configured.
How to scrape, and the alerts: [operations](operations.md#metrics-and-alerts).

This page is made from the program. After a change of a metric, write it anew with
\`npx vitest run --config test/vitest.config.ts --project unit libs/telemetry --update\`.`;

const PROCESS = `## The process

What [prom-client](https://github.com/siimon/prom-client) tells of Node and, on Linux, of the process. Worth a look:
\`nodejs_eventloop_lag_p99_seconds\` above 0.1 (something holds up every request), \`process_resident_memory_bytes\` that
never stops rising, \`process_open_fds\` near \`process_max_fds\`. Alert: [ChargelogRestarting](operations.md#chargelogrestarting).`;
