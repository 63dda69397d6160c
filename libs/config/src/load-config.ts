import { dirname, resolve } from 'node:path';
import { ConfigError } from './config-error.js';
import { isMapping, type Mapping } from './declare/collections.js';
import { Place } from './declare/place.js';
import { readVariables, reportUnknownVariables } from './declare/variables.js';
import { readYamlDocument } from './document/yaml-document.js';
import { crossProblems, planGenerated, type GatewayConfig, type Given } from './settings/gateway-config.js';
import { document } from './settings/document.js';
import { ENVIRONMENT } from './settings/environment.js';
import { Secret } from './values/secret.js';
import { readTextFile } from './values/text-file.js';

const DEFAULT_FILE = 'chargelog.yaml';

/**
 * Reads the environment, the YAML file and the files both refer to, once and synchronously, and checks all of it.
 * Relative paths of variables start from `cwd`, those of `file:` references from the folder of the YAML file.
 *
 * @throws ConfigError with every problem found, environment first, then the file from top to bottom.
 */
export function loadConfig(env: NodeJS.ProcessEnv, options: { readonly cwd: string }): GatewayConfig {
  const environment = Place.whole(options.cwd);
  const { configName, embeddedPostgres, ...settings } = readVariables(ENVIRONMENT, env, environment);
  const file = readConfigFile(configName, env, environment);
  reportUnknownVariables(ENVIRONMENT, env, file.variables, environment);

  const isGiven = (variable: keyof typeof ENVIRONMENT): boolean => env[variable] !== undefined;
  const given: Given = {
    databaseUrl: isGiven('DATABASE_URL'),
    embeddedPostgres: embeddedPostgres === 'on',
    adminKeyFile: isGiven('CHARGELOG_ADMIN_KEY_FILE'),
    sources: file.givesSources,
    configFile: file.name,
  };
  const problems = [...environment.problems, ...file.problems, ...crossProblems(settings, given)];
  if (problems.length > 0 || file.settings === undefined) throw new ConfigError(problems);

  const { identity, ...read } = file.settings;
  const generated = planGenerated(settings, given);
  return deepFreeze({
    ...settings,
    ...(file.path === undefined ? {} : { configFile: file.path }),
    ...identity,
    ...read,
    targets: generated.webhookSource ? withLoopback(read.targets) : read.targets,
    generated,
  });
}

/** The set-up without configuration is for trying out, and what one tries a replay against runs on the same machine. */
function withLoopback(targets: GatewayConfig['targets']): GatewayConfig['targets'] {
  return { ...targets, allow: [...new Set(['127.0.0.1', ...targets.allow])] };
}

function readConfigFile(named: string | undefined, env: NodeJS.ProcessEnv, environment: Place) {
  const name = named ?? DEFAULT_FILE;
  const path = resolve(environment.folder, name);
  const whole = Place.whole(dirname(path), name);
  const file = readTextFile(path);
  const isAbsent = file.outcome === 'missing' && named === undefined;
  if (file.outcome === 'missing' && !isAbsent)
    environment.child('CHARGELOG_CONFIG').add(`names ${name}, which does not exist`);
  if (file.outcome === 'unusable') environment.variable(name).add(file.why);

  const yaml = file.outcome === 'read' ? readYamlDocument(file.text, env, whole) : undefined;
  return {
    /** As the operator wrote it. */
    name,
    /** Absolute; undefined when there is none. */
    path: file.outcome === 'read' ? path : undefined,
    settings: document.read(yaml?.value ?? {}, whole),
    givesSources: yaml?.value !== undefined || isAbsent ? hasSources(yaml?.value ?? {}) : undefined,
    variables: yaml?.variables ?? new Set<string>(),
    problems: whole.problems,
  };
}

/** True as soon as the operator meant to configure a source, be it right or wrong. */
function hasSources(document: unknown): boolean {
  const { sources } = (isMapping(document) === undefined ? document : {}) as Mapping;
  return Array.isArray(sources) ? sources.length > 0 : sources !== undefined;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Secret) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
