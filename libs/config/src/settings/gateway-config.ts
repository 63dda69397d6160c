import type { ConfigProblem } from '../config-error.js';
import { isLoopback } from '../values/network-address.js';
import type { ConfigDocument } from './document.js';
import type { Environment } from './environment.js';

/** What only decides how the configuration is read. */
type ReadingOnly = 'configName' | 'embeddedPostgres';

/** Everything the gateway is told from outside, checked; frozen, with every secret in a `Secret`. */
export interface GatewayConfig
  extends Omit<Environment, ReadingOnly>, Omit<ConfigDocument, 'identity'>, Identity {
  /** Absolute path of the YAML file that was read. */
  readonly configFile?: string;
  /** What the application has to create, because nothing was configured. Never with DATABASE_URL set. */
  readonly generated: {
    readonly webhookSource: boolean;
    readonly adminKey: boolean;
  };
}
type Identity = ConfigDocument['identity'];

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
  { roles }: Pick<GatewayConfig, 'roles'>,
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
  { roles, host, port, intakePort }: Pick<GatewayConfig, 'roles' | 'host' | 'port' | 'intakePort'>,
  given: Given,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const add = (where: string, why: string): void => void problems.push({ where, why });
  const isOwn = isDatabaseOwn(given);
  if (isOwn && !given.databaseUrl)
    add(
      'DATABASE_URL',
      'is required, because CHARGELOG_EMBEDDED_POSTGRES is off, as in the container image; set it to a Postgres of your own: postgres://user:password@host:5432/name',
    );
  if (intakePort !== undefined && !roles.includes('webhook'))
    add(
      'INTAKE_PORT',
      'opens a door for webhooks, but the role webhook is not among CHARGELOG_ROLES; unset one of them',
    );
  if (intakePort !== undefined && intakePort !== 0 && intakePort === port)
    add('INTAKE_PORT', 'is the same port as PORT; give it one of its own');
  if (isOwn && roles.includes('api') && !given.adminKeyFile)
    add(
      'CHARGELOG_ADMIN_KEY_FILE',
      'is required by the role api when DATABASE_URL is set, because nothing is generated then; set it to a file with a key of at least 32 characters',
    );
  if (isOwn && roles.includes('webhook') && given.sources === false)
    add(
      `${given.configFile}: sources`,
      'is empty, and nothing is generated when DATABASE_URL is set; add a source',
    );
  const { webhookSource, adminKey } = planGenerated({ roles }, given);
  if ((webhookSource || adminKey) && !isLoopback(host)) {
    const both = (first: string, second: string): string =>
      [webhookSource ? first : '', adminKey ? second : ''].filter(Boolean).join(' and ');
    const what = both('webhook secret', 'admin key');
    const cure = both(`configure sources in ${given.configFile}`, 'set CHARGELOG_ADMIN_KEY_FILE');
    add(
      'HOST',
      `is not a loopback address, and with a generated ${what} the gateway refuses to listen beyond loopback; ${cure}, or use HOST=127.0.0.1`,
    );
  }
  return problems;
}

/** Also when it is missing: what is required beside it is best named in the same breath. */
function isDatabaseOwn(given: Given): boolean {
  return given.databaseUrl || !given.embeddedPostgres;
}
