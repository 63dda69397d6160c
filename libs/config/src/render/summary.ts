import type { Mapping } from '../declare/collections.js';
import type { Settings } from '../declare/setting.js';
import { document, SOURCE_SECTIONS, type SourceConfig } from '../settings/document.js';
import { ENVIRONMENT } from '../settings/environment.js';
import type { GatewayConfig } from '../settings/gateway-config.js';

/** Lines of the summary by the name of the setting in the program. */
type Lines = Readonly<Record<string, readonly string[]>>;

/** What a person looks for first; the other lines follow in the order of the declarations. */
const FIRST: readonly (keyof GatewayConfig)[] = [
  'configFile',
  'roles',
  'port',
  'intakePort',
  'logLevel',
  'databaseUrl',
  'pgBinDir',
  'adminKey',
  'secretsKeys',
];

/** Lines for the start of the log: what the gateway will do. Secrets show as `set`, `not set` or `generated` only. */
export function summarize(config: GatewayConfig): string[] {
  const values = config as unknown as Mapping;
  const lines: Lines = {
    ...linesOf(ENVIRONMENT, values),
    ...linesOf(document.settings, values),
    ...composedLines(config),
  };
  return [...new Set([...FIRST, ...Object.keys(lines)])].flatMap((name) => lines[name] ?? []);
}

/** What settings say about themselves; a section without words of its own says what its settings say. */
export function linesOf(settings: Settings, values: Mapping, prefix = ''): Lines {
  const lines: Record<string, readonly string[]> = {};
  for (const [written, { type, as = written, summary }] of Object.entries(settings)) {
    const value = values[as];
    // What `identity` holds stands at the top of the configuration.
    if (type.settings !== undefined && summary === undefined)
      Object.assign(lines, linesOf(type.settings, (value ?? values) as Mapping, `${prefix}${written}.`));
    else if (value !== undefined && summary !== false) {
      const own = summary as ((value: unknown) => string | readonly string[]) | undefined;
      // What is no plain value may hold a secret.
      const shown = typeof value === 'number' || typeof value === 'string' ? value : 'set';
      lines[`${prefix}${as}`] = [own?.(value) ?? `${prefix}${written}: ${shown}`].flat();
    }
  }
  return lines;
}

/** Lines that depend on more than one setting, or show one that is not set. */
function composedLines({ databaseUrl, dataDir, secretsKeys, generated, ...config }: GatewayConfig): Lines {
  const isEmbedded = databaseUrl === undefined;
  const ownKeys = isEmbedded ? `${dataDir}/secrets.key` : 'none';
  return {
    configFile: [`configuration file: ${config.configFile ?? 'none'}`],
    host: [],
    port: [`listen: ${config.host}, port ${shownPort(config.port)}`],
    intakePort:
      config.intakePort === undefined
        ? []
        : [`listen for webhooks only: port ${shownPort(config.intakePort)}`],
    dataDir: [],
    databaseUrl: [
      `database: ${isEmbedded ? `embedded, in ${dataDir}` : databaseUrl.describe()}`,
      `database URL: ${isEmbedded ? 'not set' : 'set'}`,
    ],
    adminKey: [
      `admin key: ${generated.adminKey ? 'generated' : config.adminKey === undefined ? 'not set' : 'set'}`,
    ],
    secretsKeys: [
      `keys for stored secrets: ${secretsKeys === undefined ? ownKeys : `set, from the ${secretsKeys.from}`}`,
    ],
    sources: [
      ...(generated.webhookSource ? ['source ampeco: webhook, secret generated'] : []),
      ...config.sources.map(describeSource),
      ...(config.sources.length === 0 && !generated.webhookSource ? ['sources: none'] : []),
    ],
  };
}

function describeSource(source: SourceConfig): string {
  const lines = linesOf(SOURCE_SECTIONS[source.kind].settings, source);
  return `source ${source.name}: ${Object.values(lines).flat().join(', ')}`;
}

function shownPort(port: number): string {
  return port === 0 ? 'any free' : String(port);
}
