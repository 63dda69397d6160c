import { readFileSync } from 'node:fs';
import { DEFAULT_BATCHER_LIMITS } from '@chargelog/pipeline';
import { GatewayMetrics } from '@chargelog/telemetry';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const file = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const { groups } = parse(file('deploy/prometheus/alerts.yaml')) as {
  groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const metrics = new GatewayMetrics({ version: '0', sources: [] }).describe();
const headings = (page: string): string[] =>
  [...file(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'));

interface RuleTest {
  readonly promql_expr_test?: readonly { readonly exp_samples?: readonly { readonly labels: string }[] }[];
  readonly alert_rule_test?: readonly {
    readonly alertname: string;
    readonly exp_alerts?: readonly unknown[];
  }[];
}
const { tests } = parse(file('deploy/prometheus/alerts.test.yaml')) as { tests: readonly RuleTest[] };
/** Alerts that some test expects to fire. */
const firing = tests.flatMap(({ promql_expr_test = [], alert_rule_test = [] }) => [
  ...promql_expr_test.flatMap(({ exp_samples = [] }) =>
    exp_samples.map(({ labels }) => /alertname="(\w+)"/.exec(labels)?.[1]),
  ),
  ...alert_rule_test.filter(({ exp_alerts = [] }) => exp_alerts.length > 0).map(({ alertname }) => alertname),
]);

/** Series that Prometheus itself makes. */
const NOT_OURS = ['up'];

/** What a rule reads: names before a selector, a range or an end; operators, functions and labels are none. */
function series(expr: string): string[] {
  const bare = expr.replaceAll(/\b(by|without|on|ignoring) *\([^)]*\)/g, ' ').replaceAll(/\{[^}]*\}/g, ' ');
  const words = [...bare.matchAll(/\b[a-z_][a-z0-9_]*\b(?! *\()/g)].map(([word]) => word);
  return words.filter((word) => !['and', 'or', 'unless', 'offset', 'by'].includes(word));
}

/** A histogram is read by its parts. */
function known(name: string): boolean {
  return metrics.some((metric) =>
    metric.type === 'histogram'
      ? ['_bucket', '_sum', '_count'].some((part) => name === metric.name + part)
      : name === metric.name,
  );
}

describe('deploy/prometheus/alerts.yaml', () => {
  it('watches what an operator must hear of', () => {
    expect(rules.map(({ alert }) => alert)).toEqual(
      expect.arrayContaining(
        ['TargetDown', 'StoreAway', 'SourceSilent', 'RejectionRate', 'QueueNearFull', 'KafkaLag', 'KafkaGap']
          .concat(['QuarantineGrowing', 'FeedHeld', 'PartitionsMissing'])
          .map((name) => `Chargelog${name}`),
      ),
    );
  });

  it.each(rules)('$alert reads metrics that there are', ({ expr }) => {
    const names = series(expr);
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !NOT_OURS.includes(name) && !known(name))).toEqual([]);
  });

  it.each(rules)('$alert selects by labels that its metrics have', ({ expr }) => {
    const selected = [...expr.matchAll(/\b([a-z_]+)\{([^}]*)\}/g)].flatMap(([, name = '', selector = '']) =>
      [...selector.matchAll(/([a-z_]+) *[=!]/g)].map(([, label = '']) => ({ name, label })),
    );
    const unknown = selected.filter(({ name, label }) => {
      const metric = metrics.find((one) => name === one.name || name === `${one.name}_bucket`);
      return label !== 'job' && metric?.labels.includes(label) !== true;
    });
    expect(unknown).toEqual([]);
  });

  it.each(rules)(
    '$alert says what it is and leads to a section of its own',
    ({ alert, labels, annotations }) => {
      expect(['critical', 'warning', 'info']).toContain(labels['severity']);
      expect(annotations['summary']).toMatch(/^\S.{10,}/);
      expect(annotations['description']).toMatch(/^\S.{10,}/);
      expect(annotations['runbook']).toBe(`docs/operations.md#${alert.toLowerCase()}`);
      expect(headings('docs/operations.md')).toContain(alert.toLowerCase());
    },
  );

  it.each(rules)('$alert is proven to fire by a test of promtool', ({ alert }) => {
    expect(firing).toContain(alert);
  });

  it('calls the queue nearly full at four fifths of what it holds', () => {
    const expr = rules.find(({ alert }) => alert === 'ChargelogQueueNearFull')?.expr ?? '';
    const { maxQueuedRows, maxQueuedBytes } = DEFAULT_BATCHER_LIMITS;
    expect([...expr.matchAll(/> (\d+)/g)].map(([, limit]) => Number(limit))).toEqual([
      maxQueuedRows * 0.8,
      Math.round(maxQueuedBytes * 0.8),
    ]);
  });
});

describe('docs/metrics.md', () => {
  it('leads to alerts that there are', () => {
    const anchors = [...file('docs/metrics.md').matchAll(/operations\.md#(chargelog[a-z]+)/g)].map(
      ([, at]) => at,
    );
    expect(anchors).not.toEqual([]);
    expect(rules.map(({ alert }) => alert.toLowerCase())).toEqual(expect.arrayContaining(anchors));
  });
});
