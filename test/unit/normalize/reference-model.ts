import {
  STANDARD_TABLES,
  isSensitiveName,
  type Field,
  type Members,
  type StandardTable,
} from '@chargelog/catalogue';
import { parseInstant } from '@chargelog/domain';
import { read, type Tree } from './json-tree.js';

export interface Expected {
  readonly tree: Tree;
  readonly collisions: readonly string[];
  readonly maskedPaths: readonly string[];
}

export interface Form {
  readonly normalized: boolean;
  readonly masked: boolean;
}

/** What a body must be served as: the rules written down a second time, on a tree and without regard to speed. */
export function expectedData(body: Tree, members: Members, form: Form): Expected {
  const model = new Model(form);
  const tree = model.value(body, { kind: 'object', members }, '', true);
  if (tree.kind !== 'object') throw new Error('a body is an object');
  const collisions = new Set(model.collisions);
  const standards = model.standards();
  if (standards === undefined)
    return { tree, collisions: [...collisions], maskedPaths: [...model.maskedPaths] };
  const taken = tree.members.some(([name]) => name === 'standards');
  if (taken) collisions.add('/standards');
  const all = taken ? tree.members : [...tree.members, ['standards', standards] as const];
  return {
    tree: { kind: 'object', members: all },
    collisions: [...collisions],
    maskedPaths: [...model.maskedPaths],
  };
}

class Model {
  readonly collisions = new Set<string>();
  readonly maskedPaths = new Set<string>();
  private readonly mapped = new Map<StandardTable, Set<string>>();

  constructor(private readonly form: Form) {}

  value(tree: Tree, field: Field, at: string, told: boolean): Tree {
    if (tree.kind === 'object') return this.object(tree.members, field, at, told);
    if (tree.kind === 'list') {
      if (field.kind === 'map' && tree.items.length === 0 && this.form.normalized) return EMPTY_OBJECT;
      const items = field.kind === 'list' ? field.items : UNDECLARED;
      return {
        kind: 'list',
        items: tree.items.map((item, i) => this.value(item, items, `${at}/${i}`, told)),
      };
    }
    if (!this.form.normalized) return tree;
    const converted = convert(tree, field);
    if (field.kind === 'enumeration' && field.standard !== undefined && told)
      this.map(converted, field.standard);
    return converted;
  }

  private object(
    members: readonly (readonly [string, Tree])[],
    field: Field,
    at: string,
    told: boolean,
  ): Tree {
    const declared = field.kind === 'object' ? Object.entries(field.members) : [];
    const present = new Set(members.map(([name]) => name));
    const result: [string, Tree][] = [];
    for (const [name, value] of members) {
      const [key, own] =
        declared.find(([each, { wire }]) => each === name || wire?.includes(name) === true) ?? [];
      const rest = field.kind === 'map' ? field.values : UNDECLARED;
      const secret = own === undefined ? isSensitiveName(name) : isSecret(own);
      if (this.form.masked && secret) {
        this.maskedPaths.add(`${at}/${escape(this.form.normalized && key !== undefined ? key : name)}`);
        continue;
      }
      let newName = name;
      if (key !== undefined && this.form.normalized) {
        const spellings = new Set([key, ...(own?.wire ?? [])]);
        if ([...spellings].filter((each) => present.has(each)).length > 1)
          this.collisions.add(`${at}/${escape(key)}`);
        else newName = key;
      }
      const stillTold = told && (own === undefined || !isSecret(own));
      result.push([newName, this.value(value, own ?? rest, `${at}/${escape(newName)}`, stillTold)]);
    }
    return { kind: 'object', members: result };
  }

  private map(tree: Tree, table: StandardTable): void {
    const value =
      tree.kind === 'string' ? tree.value : tree.kind === 'token' && tree.token === 'null' ? null : undefined;
    if (value === undefined || value === 'null') return;
    if (!Object.hasOwn(STANDARD_TABLES[table], String(value))) return;
    this.mapped.set(table, (this.mapped.get(table) ?? new Set()).add(String(value)));
  }

  standards(): Tree | undefined {
    if (this.mapped.size === 0) return undefined;
    const tables = Object.keys(STANDARD_TABLES) as StandardTable[];
    return {
      kind: 'object',
      members: tables
        .filter((table) => this.mapped.has(table))
        .map((table) => [table, { kind: 'object', members: this.rows(table) }]),
    };
  }

  private rows(table: StandardTable): [string, Tree][] {
    return [...(this.mapped.get(table) ?? [])].map((value) => [
      value,
      read(JSON.stringify(STANDARD_TABLES[table][value])),
    ]);
  }
}

const UNDECLARED: Field = { kind: 'anything' };
const EMPTY_OBJECT: Tree = { kind: 'object', members: [] };
const NULL: Tree = { kind: 'token', token: 'null' };

function convert(tree: Tree, field: Field): Tree {
  if (tree.kind === 'token') {
    return field.kind === 'id' && /^\d+$/.test(tree.token) ? { kind: 'string', value: tree.token } : tree;
  }
  if (tree.kind !== 'string') return tree;
  const { value } = tree;
  if (
    value === '' &&
    field.nullable === true &&
    !(field.kind === 'enumeration' && field.values.includes(''))
  ) {
    return NULL;
  }
  if (field.kind === 'instant') return { kind: 'string', value: toUtc(value) };
  if (field.kind === 'localInstant') return { kind: 'string', value: toLocal(value) };
  if (field.kind === 'enumeration' && Object.hasOwn(field.aliases ?? {}, value)) {
    return { kind: 'string', value: field.aliases?.[value] ?? '' };
  }
  return tree;
}

const FORM =
  /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?:(:\d\d)(?:[.,](\d+))?)?(?:([Zz])|([+-]\d\d)(?::?(\d\d))?)?$/;

/** Date, `hh:mm`, `:ss` with its fraction, zone: as RFC 3339 writes them. The zone is absent where none was sent. */
function partsOf(text: string): readonly [string, string, string, string | undefined] | undefined {
  const found = FORM.exec(text);
  if (found === null || parseInstant(text) === undefined) return undefined;
  const [, date = '', minute = '', second = ':00', fraction, zulu, hours, minutes = '00'] = found;
  const zone = zulu?.toUpperCase() ?? (hours === undefined ? undefined : `${hours}:${minutes}`);
  return [date, minute, second + (fraction === undefined ? '' : `.${fraction}`), zone];
}

function toUtc(text: string): string {
  const parts = partsOf(text);
  if (parts === undefined) return text;
  const [date, minute, seconds, zone = 'Z'] = parts;
  if (/^(?:Z|[+-]00:00)$/.test(zone)) return `${date}T${minute}${seconds}Z`;
  const whole = parseInstant(`${date}T${minute}:00${zone}`) ?? Number.NaN;
  const utc = new Date(whole).toISOString();
  return utc.length === 24 ? `${utc.slice(0, 16)}${seconds}Z` : text;
}

function toLocal(text: string): string {
  const [date, minute, seconds, zone] = partsOf(text) ?? [];
  return zone === undefined ? text : `${date}T${minute}${seconds}${zone}`;
}

function isSecret(field: Field): boolean {
  if (field.sensitive === true) return true;
  if (field.kind === 'list') return isSecret(field.items);
  return field.kind === 'map' && isSecret(field.values);
}

function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
