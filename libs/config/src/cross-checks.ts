import type { ConfigProblem } from './config-error.js';
import type { EnvironmentSettings } from './environment.js';
import type { GatewayConfig } from './gateway-config.js';
import { isLoopback } from './network-address.js';

/** What the cross checks need to know beside the settings: what was *given*, be it right or wrong. */
export interface Given {
  readonly databaseUrl: boolean;
  /** False where no Postgres may be started, as in the container image. */
  readonly embeddedPostgres: boolean;
  readonly adminKeyFile: boolean;
  /** Undefined when the YAML file could not be read: nothing can be said about it then. */
  readonly sources: boolean | undefined;
  /** Name of the YAML file to show. */
  readonly configFile: string;
}

/** What the application has to create. With a database of the operator's own nothing is: it may be shared or copied. */
export function planGenerated(
  { roles }: Pick<EnvironmentSettings, 'roles'>,
  given: Given,
): GatewayConfig['generated'] {
  if (isDatabaseOwn(given)) return { webhookSource: false, adminKey: false };
  return {
    webhookSource: roles.includes('webhook') && given.sources === false,
    adminKey: roles.includes('api') && !given.adminKeyFile,
  };
}

/** Problems between settings that are each right on their own. */
export function crossProblems(
  { roles, host, port, intakePort }: Pick<EnvironmentSettings, 'roles' | 'host' | 'port' | 'intakePort'>,
  given: Given,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const isOwn = isDatabaseOwn(given);
  if (isOwn && !given.databaseUrl) {
    problems.push({
      where: 'DATABASE_URL',
      why: 'is required, because CHARGELOG_EMBEDDED_POSTGRES is off, as in the container image; set it to a Postgres of your own: postgres://user:password@host:5432/name',
    });
  }
  if (intakePort !== undefined && !roles.includes('webhook')) {
    problems.push({
      where: 'INTAKE_PORT',
      why: 'opens a door for webhooks, but the role webhook is not among CHARGELOG_ROLES; unset one of them',
    });
  }
  if (intakePort !== undefined && intakePort !== 0 && intakePort === port) {
    problems.push({ where: 'INTAKE_PORT', why: 'is the same port as PORT; give it one of its own' });
  }
  if (isOwn && roles.includes('api') && !given.adminKeyFile) {
    problems.push({
      where: 'CHARGELOG_ADMIN_KEY_FILE',
      why: 'is required by the role api when DATABASE_URL is set, because nothing is generated then; set it to a file with a key of at least 32 characters',
    });
  }
  if (isOwn && roles.includes('webhook') && given.sources === false) {
    problems.push({
      where: `${given.configFile}: sources`,
      why: 'is empty, and nothing is generated when DATABASE_URL is set; add a source',
    });
  }
  const generated = planGenerated({ roles }, given);
  const what = [
    ...(generated.webhookSource ? ['webhook secret'] : []),
    ...(generated.adminKey ? ['admin key'] : []),
  ];
  if (what.length > 0 && !isLoopback(host)) {
    const cure = [
      ...(generated.webhookSource ? [`configure sources in ${given.configFile}`] : []),
      ...(generated.adminKey ? ['set CHARGELOG_ADMIN_KEY_FILE'] : []),
    ];
    problems.push({
      where: 'HOST',
      why: `is not a loopback address, and with a generated ${what.join(' and ')} the gateway refuses to listen beyond loopback; ${cure.join(' and ')}, or use HOST=127.0.0.1`,
    });
  }
  return problems;
}

/** Also when it is missing: what is required beside it is best named in the same breath. */
function isDatabaseOwn(given: Given): boolean {
  return given.databaseUrl || !given.embeddedPostgres;
}
