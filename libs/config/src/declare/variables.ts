import type { Place } from './place.js';
import type { Settings, Values } from './setting.js';
import { didYouMean } from './suggestion.js';

/**
 * Checks and reads environment variables. A wrong one is reported and then reads like an unset one. Of two variables
 * with one name in the program only one may be set.
 */
export function readVariables<S extends Settings>(
  settings: S,
  env: NodeJS.ProcessEnv,
  all: Place,
): Values<S> {
  const values: Record<string, unknown> = {};
  const setBy = new Map<string, string>();
  for (const [variable, { type, as = variable, ...options }] of Object.entries(settings)) {
    const text = env[variable];
    const at = all.child(variable);
    // An empty variable is nearly always one that a deployment failed to fill: taken for unset, it would silently
    // start with another database or other sources.
    if (text === '') at.add('is set but empty; give it a value or unset it');
    const given = text === undefined || text === '' ? undefined : type.read(text, at);
    const value = given ?? (options.default === undefined ? undefined : type.read(options.default, at));
    if (value !== undefined) values[as] = value;
    const other = setBy.get(as);
    if (other !== undefined && given !== undefined)
      all.child(other).add(`is set beside ${variable}; unset one of the two`);
    if (text !== undefined && text !== '') setBy.set(as, variable);
  }
  return values as Values<S>;
}

/**
 * Reports variables that look like ours and are not: a misspelt setting must not be ignored. `referred` are the names
 * the YAML file uses in `${…}`; those are the operator's own.
 */
export function reportUnknownVariables(
  settings: Settings,
  env: NodeJS.ProcessEnv,
  referred: ReadonlySet<string>,
  all: Place,
): void {
  const known = Object.keys(settings);
  for (const [name, value] of Object.entries(env)) {
    const isOurs = name.startsWith('CHARGELOG_') && !known.includes(name) && !referred.has(name);
    if (!isOurs || isServiceLink(name, value ?? '')) continue;
    const hint = didYouMean(name, known) ?? didYouMean(name.slice('CHARGELOG_'.length), known);
    all.variable(name).add(`is not a known variable; ${hint ?? 'unset it'}`);
  }
}

/**
 * Kubernetes sets such variables in every pod for each service of the namespace; a service called `chargelog` gives
 * `CHARGELOG_SERVICE_HOST` and `CHARGELOG_PORT=tcp://…`. Nobody misspelt them.
 */
function isServiceLink(name: string, value: string): boolean {
  if (/_SERVICE_(HOST|PORT(_\w+)?)$/.test(name)) return true;
  if (/_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name)) return true;
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value);
}
