import { knownKeys } from './checks.js';
import type { ConfigProblem } from './config-error.js';
import { Environment } from './environment.js';
import { didYouMean } from './suggestion.js';

/**
 * Reports variables that look like ours and are not: a misspelt setting must not be ignored. `referred` are the names
 * the YAML file uses in `${…}`; those are the operator's own.
 */
export function reportUnknownVariables(
  env: NodeJS.ProcessEnv,
  referred: ReadonlySet<string>,
  problems: ConfigProblem[],
): void {
  const known = knownKeys(Environment);
  for (const [name, value] of Object.entries(env)) {
    const isOurs = name.startsWith('CHARGELOG_') && !known.includes(name) && !referred.has(name);
    if (!isOurs || isServiceLink(name, value ?? '')) continue;
    const hint = didYouMean(name, known) ?? didYouMean(name.slice('CHARGELOG_'.length), known);
    problems.push({ where: name, why: `is not a known variable; ${hint ?? 'unset it'}` });
  }
}

/**
 * Kubernetes sets such variables in every pod for each service of the namespace; a service called `chargelog` gives
 * `CHARGELOG_SERVICE_HOST` and `CHARGELOG_PORT=tcp://…`. They are nobody's slip.
 */
function isServiceLink(name: string, value: string): boolean {
  if (/_SERVICE_(HOST|PORT(_\w+)?)$/.test(name)) return true;
  if (/_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name)) return true;
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value);
}
