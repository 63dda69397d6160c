import { parseArgs } from 'node:util';
import { driftScenario } from './drift.scenario.js';
import { normalizeScenario } from './normalize.scenario.js';
import { recognizeScenario } from './recognize.scenario.js';
import type { Scenario } from './scenario.js';
import { webhookScenario } from './webhook.scenario.js';

const SCENARIOS: readonly Scenario[] = [webhookScenario, recognizeScenario, normalizeScenario, driftScenario];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean' },
  },
});

const scenario = SCENARIOS.find(({ name }) => name === positionals[0]);
if (scenario === undefined || values.help === true) {
  process.stdout.write(
    `npm run perf -- SCENARIO [--quick] [--json]\n\n${SCENARIOS.map(({ name, describe }) => `  ${name}  ${describe}`).join('\n')}\n`,
  );
  process.exit(values.help === true ? 0 : 64);
}

const print = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);
const { ratios, targets, figures } = await scenario.run({ quick: values.quick, print });
const met = Object.entries(targets).every(([name, target]) => (ratios[name] ?? 0) >= target);
for (const [name, ratio] of Object.entries(ratios))
  print(`${name.padEnd(36)} ${ratio.toFixed(2)}  (target ${targets[name]})`);
process.stdout.write(`${JSON.stringify({ scenario: scenario.name, ratios, targets, met, figures })}\n`);
