import { isRequired, type JsonSchema, type Setting, type Settings } from '../declare/setting.js';
import { REFERENCE_SCHEMA } from '../declare/types.js';
import { document } from '../settings/document.js';
import { ENVIRONMENT } from '../settings/environment.js';

/** JSON Schema (2020-12) of the YAML file, for editors; `chargelog.schema.json` is this, written out. */
export const configSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...document.schema,
  $defs: { reference: REFERENCE_SCHEMA },
};

/** The reference page `docs/configuration.md`, made from the declarations. */
export function renderConfigurationDocs(): string {
  return [
    INTRODUCTION,
    '## Environment',
    table(['variable', 'type', 'default', 'meaning'], rows(ENVIRONMENT, '')),
    ENVIRONMENT_NOTES,
    '## The YAML file',
    `\`\`\`yaml\n${renderExample()}\n\`\`\``,
    FILE_NOTES,
    ...renderSections(),
    REFERENCES,
    GENERATED,
    PROBLEMS,
  ]
    .join('\n\n')
    .concat('\n');
}

function renderSections(): string[] {
  const top: string[][] = [];
  const parts: string[] = [];
  const addPart = (title: string, description: string, settings: Settings, path: string): void =>
    void parts.push(`### ${title}`, description, table(COLUMNS, rows(settings, `${path}.`)));
  for (const [key, { type, description }] of Object.entries(document.settings)) {
    const kinds = type.item?.choices ?? [];
    top.push([`\`${key}\``, kinds.length > 0 ? `list of ${key}` : type.title, description]);
    for (const kind of kinds) addPart(kind.heading ?? '', kind.description ?? '', kind.settings, `${key}[]`);
    const title = key.replace(/^./, (letter) => letter.toUpperCase());
    if (type.settings !== undefined) addPart(title, description, type.settings, key);
  }
  return [table(['key', 'type', 'meaning'], top), ...parts];
}
const COLUMNS = ['key', 'type', 'default', 'meaning'];

/** One row per setting, those of mappings inside it right below. */
function rows(settings: Settings, prefix: string): string[][] {
  return Object.entries(settings).flatMap(([key, setting]) => {
    const { type, description } = setting;
    const at = `${prefix}${key}`;
    return [
      [`\`${at}\``, type.title, shownDefault(setting), description],
      ...rows(type.settings ?? {}, `${at}.`),
      ...rows(type.item?.settings ?? {}, `${at}[].`),
    ];
  });
}

function shownDefault(setting: Setting): string {
  if (isRequired(setting)) return 'required';
  const value = setting.default;
  if (value === undefined || setting.unset !== undefined) return setting.unset ?? 'unset';
  if (Array.isArray(value)) return `\`[${value.join(', ')}]\``;
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** A file made of the examples of the settings: a list item by item, what is inside them in one line each. */
export function renderExample(): string {
  const block = (item: object): string => `  - ${pairs(item).join('\n    ')}`;
  return Object.entries(document.example ?? {})
    .map(
      ([key, value]) =>
        `${key}:${Array.isArray(value) ? `\n${value.map(block).join('\n')}` : ` ${flow(value)}`}`,
    )
    .join('\n');
}

function pairs(mapping: object): string[] {
  return Object.entries(mapping).map(([key, value]) => `${key}: ${flow(value)}`);
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{ ${pairs(value).join(', ')} }`;
  return String(value).replace(/^.*(\$\{|^file:).*$/, "'$&'");
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

const FILE_NOTES = `Unknown keys, keys given twice and keys without a value are refused. \`libs/config/src/chargelog.schema.json\` is the JSON
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

| set-up                                | database | webhook source                     | admin key                                      |
| ------------------------------------- | -------- | ---------------------------------- | ---------------------------------------------- |
| nothing configured                    | embedded | \`ampeco\`, with a generated secret  | generated, unless \`CHARGELOG_ADMIN_KEY_FILE\`   |
| sources configured, no \`DATABASE_URL\` | embedded | as configured                      | generated, unless \`CHARGELOG_ADMIN_KEY_FILE\`   |
| \`DATABASE_URL\`                        | yours    | as configured, at least one source | \`CHARGELOG_ADMIN_KEY_FILE\`, for the role \`api\` |

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
