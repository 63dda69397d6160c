import schema from './chargelog.schema.json' with { type: 'json' };
import { ENVIRONMENT_VARIABLES } from './environment-variables.js';

/** The keywords of JSON Schema 2020-12 that `chargelog.schema.json` uses and the reference page shows. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: string;
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
}

/** JSON Schema of the YAML file, for editors and for `chargelog config`. */
export const configSchema: SchemaNode = schema;

/** The reference page `docs/configuration.md`, made from the schema and the table of variables. */
export function renderConfigurationDocs(): string {
  return [
    INTRODUCTION,
    '## Environment',
    table(
      ['variable', 'type', 'default', 'meaning'],
      ENVIRONMENT_VARIABLES.map((v) => [`\`${v.name}\``, v.type, v.default, v.description]),
    ),
    ENVIRONMENT_NOTES,
    '## The YAML file',
    EXAMPLE,
    ...renderSections(),
    REFERENCES,
    GENERATED,
    PROBLEMS,
  ]
    .join('\n\n')
    .concat('\n');
}

function renderSections(): string[] {
  const { properties = {}, $defs = {} } = configSchema;
  const top = table(
    ['key', 'type', 'meaning'],
    Object.entries(properties).map(([key, node]) => [
      `\`${key}\``,
      node.type === 'array' ? 'list of sources' : 'mapping',
      node.description ?? '',
    ]),
  );
  const section = (title: string, path: string, name: string): string[] => {
    const node = $defs[name] ?? {};
    return [
      `### ${title}`,
      node.description ?? '',
      table(['key', 'type', 'default', 'meaning'], rows(node, path)),
    ];
  };
  return [
    top,
    ...section('Webhook source', 'sources[]', 'webhookSource'),
    ...section('Kafka source', 'sources[]', 'kafkaSource'),
    ...section('Identity', 'identity', 'identity'),
    ...section('Retention', 'retention', 'retention'),
    ...section('Targets', 'targets', 'targets'),
  ];
}

/** One row per key, those of mappings inside it right below. */
function rows(node: SchemaNode, path: string): string[][] {
  return Object.entries(node.properties ?? {}).flatMap(([key, written]) => {
    const at = `${path}.${key}`;
    const isRequired = node.required?.includes(key) ?? false;
    const property = resolved(written);
    const fallback = isRequired ? 'required' : shownDefault(written);
    const row = [`\`${at}\``, typeName(property), fallback, written.description ?? ''];
    const item = resolved(property.items ?? {});
    return [row, ...(item.properties === undefined ? rows(property, at) : rows(item, `${at}[]`))];
  });
}

function resolved(node: SchemaNode): SchemaNode {
  const name = node.$ref?.replace('#/$defs/', '');
  return name === undefined ? node : (configSchema.$defs?.[name] ?? {});
}

function typeName(node: SchemaNode): string {
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.type === 'array') {
    const item = resolved(node.items ?? {});
    return item.type === 'object' ? 'list of mappings' : `list of ${typeName(item)}`;
  }
  if (node.type === 'object') return 'mapping';
  if (node.title !== undefined) return node.title;
  return (node.anyOf ?? []).map((choice) => typeName(resolved(choice))).join(', or ');
}

function shownDefault({ default: value }: SchemaNode): string {
  if (value === undefined) return 'unset';
  if (Array.isArray(value)) return `\`[${value.join(', ')}]\``;
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** A table with columns of equal width, the way the formatter writes it. */
function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...body.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

const INTRODUCTION = `# Configuration

The environment configures the process, one YAML file the rest. Everything is read once at the start and checked as a
whole: the gateway names every problem it finds, each with its place and a cure, and ends with exit code 78.

This page is made from the program. After a change of a setting, write it anew with
\`npx vitest run --config test/vitest.config.ts --project unit libs/config --update\`.`;

const ENVIRONMENT_NOTES = `A variable that is set but empty is refused, and so is an unknown one whose name begins with \`CHARGELOG_\`, unless the
YAML file refers to it or Kubernetes has set it for a service (\`CHARGELOG_SERVICE_HOST\`, \`CHARGELOG_PORT=tcp://…\`).
Relative paths start from the working directory.`;

const EXAMPLE = `\`\`\`yaml
sources:
  - name: ampeco
    kind: webhook
    tenant: acme
    secrets: [{ name: a, value: '\${AMPECO_TOKEN}' }]
  - name: ampeco-kafka
    kind: kafka
    tenant: acme
    brokers: [kafka1:9093]
    topics: [ampeco.notifications]
    groupId: chargelog
    securityProtocol: SASL_SSL
    sasl: { mechanism: SCRAM-SHA-512, username: chargelog, password: 'file:/run/secrets/kafka' }
    tls: { ca: 'file:ca.pem' }
retention: { default: none }
targets: { allow: [] }
\`\`\`

Unknown keys, keys given twice and keys without a value are refused. \`libs/config/src/chargelog.schema.json\` is the JSON
Schema (2020-12) of the file, for editors.`;

const REFERENCES = `### References

Every text of the file may refer to values kept elsewhere.

- \`\${NAME}\`, anywhere in a text, is replaced by the environment variable. It must be set and not empty. In braces and
  brackets of YAML the text needs quotes. \`$\${\` stands for the characters \`\${\`.
- A text that begins with \`file:\` is replaced as a whole by the content of that file (UTF-8, at most 1 MiB) without its
  last line break. A relative path starts from the folder of the YAML file.

What was inserted is not searched for references again. Durations are a whole number and one unit: \`500ms\`, \`30s\`,
\`10m\`, \`1h\`, \`7d\`.`;

const GENERATED = `## What is generated

${table(
  ['set-up', 'database', 'webhook source', 'admin key'],
  [
    [
      'nothing configured',
      'embedded',
      '`ampeco`, with a generated secret',
      'generated, unless `CHARGELOG_ADMIN_KEY_FILE`',
    ],
    [
      'sources configured, no `DATABASE_URL`',
      'embedded',
      'as configured',
      'generated, unless `CHARGELOG_ADMIN_KEY_FILE`',
    ],
    [
      '`DATABASE_URL`',
      'yours',
      'as configured, at least one source',
      '`CHARGELOG_ADMIN_KEY_FILE`, for the role `api`',
    ],
  ],
)}

With a generated secret or key the gateway listens on loopback only (127.0.0.0/8, ::1, localhost). With the generated
webhook source, replays may send to \`127.0.0.1\` as well. A secret is generated only for the role \`webhook\`, a key only
for the role \`api\`.`;

const PROBLEMS = `## Reading the problems

\`\`\`text
the configuration cannot be used (2 problems):
  PORT: must be a whole number from 0 to 65535
  chargelog.yaml:7: sources[1].brokers[0]: names no port; write host:port, for Kafka usually host:9092
\`\`\`

Values are never quoted, because a secret may stand in the wrong place. The summary at the start shows every secret as
\`set\`, \`not set\` or \`generated\`.`;
