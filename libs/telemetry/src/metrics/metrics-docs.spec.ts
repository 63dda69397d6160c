import { describe, expect, it } from 'vitest';
import { GatewayMetrics } from './gateway-metrics.js';
import { METRIC_GUIDE } from './metric-guide.js';
import { renderMetricsDocs } from './metrics-docs.js';

describe('docs/metrics.md', () => {
  // A file snapshot, so that `--update` writes the page anew. What is told of the process differs by platform.
  it.skipIf(process.platform !== 'linux')('is what the registry holds', async () => {
    await expect(renderMetricsDocs()).toMatchFileSnapshot('../../../../docs/metrics.md');
  });

  it('says of every metric when to worry, and of no other', () => {
    const names = new GatewayMetrics({ version: '0', sources: [] }).describe().map(({ name }) => name);
    expect(Object.keys(METRIC_GUIDE).toSorted()).toEqual(
      names.filter((name) => name.startsWith('chargelog_')).toSorted(),
    );
  });

  it('shows type and labels', () => {
    expect(renderMetricsDocs()).toContain('Counter by `source`, `outcome`. Deliveries by source');
  });
});
