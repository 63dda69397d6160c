import { IsOptional } from 'class-validator';
import { resolve } from 'node:path';
import { Check, findProblems, knownKeys } from './checks.js';
import type { ConfigProblem } from './config-error.js';
import { DatabaseUrl, databaseUrlProblem } from './database-url.js';
import { LOG_LEVELS, ROLES, type GatewayConfig, type LogLevel } from './gateway-config.js';
import { readAdminKey, readFolder, readSecretsKeys } from './named-files.js';
import { isHost } from './network-address.js';
import { oneOf, textRule } from './rules.js';
import { secretKeysProblem } from './secret-keys.js';

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
  const secretsKeys = readSecretsKeys(
    given.CHARGELOG_SECRETS_KEY_FILE,
    given.CHARGELOG_SECRETS_KEY,
    cwd,
    problems,
  );
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
