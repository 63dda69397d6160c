import { dirname, resolve } from 'node:path';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { crossProblems, planGenerated, type Given } from './cross-checks.js';
import { DocumentReport } from './document-report.js';
import { readDocumentSettings, type DocumentSettings } from './document-settings.js';
import { readEnvironment } from './environment.js';
import type { GatewayConfig } from './gateway-config.js';
import { Secret } from './secret.js';
import { readTextFile } from './text-file.js';
import { reportUnknownVariables } from './unknown-variables.js';
import { readYamlDocument, type YamlDocument } from './yaml-document.js';

const DEFAULT_FILE = 'chargelog.yaml';

/**
 * Reads the environment, the YAML file and the files both refer to, once and synchronously, and checks all of it.
 * Relative paths of variables start from `cwd`, those of `file:` references from the folder of the YAML file.
 *
 * @throws ConfigError with every problem found, environment first, then the file from top to bottom.
 */
export function loadConfig(env: NodeJS.ProcessEnv, options: { readonly cwd: string }): GatewayConfig {
  const problems: ConfigProblem[] = [];
  const settings = readEnvironment(env, options.cwd, problems);
  const file = readConfigFile(env, options.cwd, problems);
  reportUnknownVariables(env, file.variables, problems);

  const given: Given = {
    databaseUrl: env['DATABASE_URL'] !== undefined,
    embeddedPostgres: env['CHARGELOG_EMBEDDED_POSTGRES'] !== 'off',
    adminKeyFile: env['CHARGELOG_ADMIN_KEY_FILE'] !== undefined,
    sources: file.givesSources,
    configFile: file.name,
  };
  problems.push(...file.problems, ...crossProblems(settings, given));
  if (problems.length > 0) throw new ConfigError(problems);

  const generated = planGenerated(settings, given);
  return deepFreeze({
    ...settings,
    ...(file.path === undefined ? {} : { configFile: file.path }),
    ...file.settings,
    targets: generated.webhookSource ? withLoopback(file.settings.targets) : file.settings.targets,
    generated,
  });
}

/** The set-up without configuration is for trying out, and what one tries a replay against runs on the same machine. */
function withLoopback(targets: GatewayConfig['targets']): GatewayConfig['targets'] {
  return { allow: [...new Set(['127.0.0.1', ...targets.allow])] };
}

interface ConfigFile {
  /** To show; what the operator wrote. */
  readonly name: string;
  /** Absolute; undefined when there is none. */
  readonly path: string | undefined;
  readonly settings: DocumentSettings;
  readonly givesSources: boolean | undefined;
  readonly variables: ReadonlySet<string>;
  readonly problems: readonly ConfigProblem[];
}

function readConfigFile(env: NodeJS.ProcessEnv, cwd: string, problems: ConfigProblem[]): ConfigFile {
  const named = env['CHARGELOG_CONFIG'];
  const name = named === undefined || named === '' ? DEFAULT_FILE : named;
  const path = resolve(cwd, name);
  const report = new DocumentReport(name);
  const file = readTextFile(path);
  if (file.outcome === 'missing' && named !== undefined && named !== '') {
    problems.push({ where: 'CHARGELOG_CONFIG', why: `names ${name}, which does not exist` });
  }
  if (file.outcome === 'unusable') problems.push({ where: name, why: file.why });

  const document: YamlDocument =
    file.outcome === 'read'
      ? readYamlDocument(file.text, { env, folder: dirname(path) }, report)
      : { value: undefined, variables: new Set() };
  const isReadable = document.value !== undefined;
  const isAbsent = file.outcome === 'missing' && (named === undefined || named === '');
  return {
    name,
    path: file.outcome === 'read' ? path : undefined,
    settings: readDocumentSettings(isReadable ? document.value : {}, report),
    givesSources: isReadable || isAbsent ? hasSources(document.value) : undefined,
    variables: document.variables,
    problems: report.problems,
  };
}

/** True as soon as the operator meant to configure a source, be it right or wrong. */
function hasSources(document: unknown): boolean {
  const sources: unknown =
    typeof document === 'object' && document !== null
      ? (document as Record<string, unknown>)['sources']
      : undefined;
  return Array.isArray(sources) ? sources.length > 0 : sources !== undefined;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Secret) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
