import { IsOptional } from 'class-validator';
import { resolve } from 'node:path';
import { statSync } from 'node:fs';
import { Check, findProblems, knownKeys } from './checks.js';
import type { ConfigProblem } from './config-error.js';
import { DatabaseUrl, databaseUrlProblem } from './database-url.js';
import { LOG_LEVELS, ROLES, type GatewayConfig, type LogLevel } from './gateway-config.js';
import { isHost } from './network-address.js';
import { oneOf, textRule } from './rules.js';
import { Secret } from './secret.js';
import { parseSecretKeys } from './secret-keys.js';
import { didYouMean } from './suggestion.js';
import { readTextFile } from './text-file.js';

/** What the environment decides. */
export type EnvironmentSettings = Pick<
  GatewayConfig,
  | 'port'
  | 'intakePort'
  | 'host'
  | 'dataDir'
  | 'databaseUrl'
  | 'roles'
  | 'logLevel'
  | 'adminKey'
  | 'secretsKeys'
  | 'maxBodyBytes'
  | 'pgBinDir'
>;

const MIN_ADMIN_KEY_LENGTH = 32;
const READABLE_BY_ALL = 0o004;

/** The variables as they are in `process.env`. */
export class Environment {
  @IsOptional() @Check(wholeNumber(0, 65_535)) PORT?: string;
  @IsOptional() @Check(wholeNumber(0, 65_535)) INTAKE_PORT?: string;
  @IsOptional() @Check(textRule(hostProblem)) HOST?: string;
  @IsOptional() @Check(textRule(databaseUrlProblem)) DATABASE_URL?: string;
  @IsOptional() @Check(oneOf(LOG_LEVELS)) LOG_LEVEL?: LogLevel;
  @IsOptional() @Check(textRule(() => undefined)) CHARGELOG_CONFIG?: string;
  @IsOptional() @Check(textRule(() => undefined)) CHARGELOG_DATA_DIR?: string;
  @IsOptional() @Check(textRule(rolesProblem)) CHARGELOG_ROLES?: string;
  @IsOptional() @Check(textRule(() => undefined)) CHARGELOG_ADMIN_KEY_FILE?: string;
  @IsOptional() @Check(textRule(() => undefined)) CHARGELOG_SECRETS_KEY_FILE?: string;
  @IsOptional() @Check(textRule(secretKeysProblem)) CHARGELOG_SECRETS_KEY?: string;
  @IsOptional() @Check(wholeNumber(1_024, 67_108_864)) CHARGELOG_MAX_BODY_BYTES?: string;
  @IsOptional() @Check(oneOf(['on', 'off'])) CHARGELOG_EMBEDDED_POSTGRES?: 'on' | 'off';
  @IsOptional() @Check(textRule(() => undefined)) PG_BIN_DIR?: string;
}

function wholeNumber(least: number, most: number): ReturnType<typeof textRule> {
  return textRule((text) =>
    /^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most
      ? undefined
      : `must be a whole number from ${least} to ${most}`,
  );
}

function hostProblem(text: string): string | undefined {
  return isHost(text) ? undefined : 'must be a host name or an IP address, without port and brackets';
}

function secretKeysProblem(text: string): string | undefined {
  const read = parseSecretKeys(text);
  return read.ok ? undefined : read.why;
}

function rolesProblem(text: string): string | undefined {
  const entries = splitRoles(text);
  const wrong = entries.flatMap((entry, index) => {
    const why = entries.indexOf(entry) < index ? 'repeats a role' : oneOf(ROLES)(entry);
    return why === undefined ? [] : [`entry ${index + 1} ${why}`];
  });
  return wrong.length === 0 ? undefined : wrong.join('; ');
}

function splitRoles(text: string): string[] {
  return text.split(',').map((entry) => entry.trim());
}

/**
 * Checks the environment with the files it names and reports all that is wrong with it. A wrong variable reads like an
 * unset one in the result.
 */
export function readEnvironment(
  env: NodeJS.ProcessEnv,
  cwd: string,
  problems: ConfigProblem[],
): EnvironmentSettings {
  const given = new Environment();
  for (const name of knownKeys(Environment)) Object.assign(given, { [name]: env[name] });
  for (const { property, why } of findProblems(given)) {
    // An empty variable is nearly always one that a deployment failed to fill: taken for unset, it would silently
    // start with another database or other sources.
    problems.push({
      where: property,
      why: env[property] === '' ? 'is set but empty; give it a value or unset it' : why,
    });
    Object.assign(given, { [property]: undefined });
  }
  const adminKey = readAdminKey(given.CHARGELOG_ADMIN_KEY_FILE, cwd, problems);
  const secretsKeys = readSecretsKeys(given, cwd, problems);
  const pgBinDir = readFolder('PG_BIN_DIR', given.PG_BIN_DIR, cwd, problems);
  const roles = given.CHARGELOG_ROLES === undefined ? undefined : splitRoles(given.CHARGELOG_ROLES);
  return {
    port: Number(given.PORT ?? 8_080),
    ...(given.INTAKE_PORT === undefined ? {} : { intakePort: Number(given.INTAKE_PORT) }),
    host: given.HOST ?? '127.0.0.1',
    dataDir: resolve(cwd, given.CHARGELOG_DATA_DIR ?? '.chargelog'),
    ...(given.DATABASE_URL === undefined ? {} : { databaseUrl: new DatabaseUrl(given.DATABASE_URL) }),
    roles: ROLES.filter((role) => roles?.includes(role) ?? true),
    logLevel: given.LOG_LEVEL ?? 'info',
    ...(adminKey === undefined ? {} : { adminKey }),
    ...(secretsKeys === undefined ? {} : { secretsKeys }),
    maxBodyBytes: Number(given.CHARGELOG_MAX_BODY_BYTES ?? 1_048_576),
    ...(pgBinDir === undefined ? {} : { pgBinDir }),
  };
}

function readAdminKey(named: string | undefined, cwd: string, problems: ConfigProblem[]): Secret | undefined {
  if (named === undefined) return undefined;
  const report = (why: string): void => void problems.push({ where: 'CHARGELOG_ADMIN_KEY_FILE', why });
  const key = readPrivateFile(named, cwd, report)?.trim();
  if (key === undefined) return undefined;
  if (key.length < MIN_ADMIN_KEY_LENGTH) {
    report(
      `names ${named}, whose key is shorter than ${MIN_ADMIN_KEY_LENGTH} characters; make one with: openssl rand -hex 32`,
    );
  } else if (!/^[\x21-\x7e]+$/.test(key)) {
    report(
      `names ${named}, whose key holds white space or characters beyond ASCII and cannot be sent as a bearer token`,
    );
  }
  return new Secret(key);
}

/** The file is read again at each rotation, so its path is kept rather than its content. */
function readSecretsKeys(
  { CHARGELOG_SECRETS_KEY: keys, CHARGELOG_SECRETS_KEY_FILE: named }: Environment,
  cwd: string,
  problems: ConfigProblem[],
): GatewayConfig['secretsKeys'] {
  const report = (why: string): void => void problems.push({ where: 'CHARGELOG_SECRETS_KEY_FILE', why });
  if (named === undefined)
    return keys === undefined ? undefined : { from: 'environment', keys: new Secret(keys) };
  if (keys !== undefined) report('is set beside CHARGELOG_SECRETS_KEY; unset one of the two');
  const text = readPrivateFile(named, cwd, report);
  const why = text === undefined ? undefined : secretKeysProblem(text);
  if (why !== undefined) report(`names ${named}: ${why}`);
  return { from: 'file', path: resolve(cwd, named) };
}

/** Its text, even where the mode is reported: whatever else is wrong is to be named at once. */
function readPrivateFile(named: string, cwd: string, report: (why: string) => void): string | undefined {
  const file = readTextFile(resolve(cwd, named));
  if (file.outcome !== 'read') {
    report(
      file.outcome === 'missing'
        ? `names ${named}, which does not exist`
        : `names ${named}, which ${file.why}`,
    );
    return undefined;
  }
  // Windows has no such mode bits; Node reports every file there as readable by all.
  if (process.platform !== 'win32' && (file.mode & READABLE_BY_ALL) !== 0) {
    report(
      `names ${named}, which every user of this machine can read; run chmod 600 on it (Kubernetes: defaultMode 0400)`,
    );
  }
  return file.text;
}

function readFolder(
  variable: string,
  named: string | undefined,
  cwd: string,
  problems: ConfigProblem[],
): string | undefined {
  if (named === undefined) return undefined;
  const path = resolve(cwd, named);
  if (!isFolder(path))
    problems.push({ where: variable, why: `names ${named}, which is no folder that can be read` });
  return path;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

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
