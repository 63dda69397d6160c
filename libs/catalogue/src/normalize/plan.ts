import type { Field, Members } from '../body-schema/field.js';
import { rowsOf, STANDARDS, type Row } from '../standards/standards-member.js';
import { NameTable } from './name-table.js';

/** What a walk over a body does. Compiled once from the declarations of the body's fields, used for every body. */
export interface Plan {
  readonly root: ObjectPlan;
  /** Sensitive members are left out: those declared so, and undeclared ones whose name says that they are. */
  readonly masks: boolean;
}

/** What is done with the value of a place. A value of another type than the declared one is not changed. */
export interface ValuePlan {
  /** Nothing has to be done with the value or anything inside it. */
  readonly idle: boolean;
  readonly conversion: 'none' | 'id' | 'instant' | 'localInstant' | 'word';
  /** `""` becomes null. */
  readonly blankIsNull: boolean;
  /** `[]` becomes `{}`. */
  readonly emptyListIsMap: boolean;
  /** For `word`: another spelling → the one of normalized data. */
  readonly aliases: ReadonlyMap<string, string> | undefined;
  /** For `word`: value → its row in a table of the standards. */
  readonly rows: ReadonlyMap<string, Row> | undefined;
  /** The row of null in the same table. */
  readonly nullRow: Row | undefined;
  /** Undefined: an object here is copied. */
  readonly members: ObjectPlan | undefined;
  /** Undefined: a list here is copied. */
  readonly items: ValuePlan | undefined;
}

export interface ObjectPlan {
  readonly names: NameTable<Spelling>;
  /** Some member has several names. */
  readonly aliases: boolean;
  /** For members whose names are not in the table. */
  readonly rest: ValuePlan;
}

/** One name under which a declared member may stand in a body. */
export interface Spelling {
  readonly name: string;
  readonly member: MemberPlan;
  /** The member gets another name in the normalized text. */
  readonly renames: boolean;
}

export interface MemberPlan {
  /** Its name in normalized data. */
  readonly key: string;
  /** The same as a JSON string. */
  readonly keyToken: string;
  /** The members of an object that have several names are numbered from 0; -1 for all others. */
  readonly slot: number;
  readonly sensitive: boolean;
  readonly value: ValuePlan;
}

interface Purpose {
  readonly normalizes: boolean;
  readonly masks: boolean;
}

interface Context extends Purpose {
  /** Values of this place may appear in `standards`. Sensitive ones may not: masking does not look there. */
  readonly inStandards: boolean;
}

const IDLE: ValuePlan = {
  idle: true,
  conversion: 'none',
  blankIsNull: false,
  emptyListIsMap: false,
  aliases: undefined,
  rows: undefined,
  nullRow: undefined,
  members: undefined,
  items: undefined,
};

/** For undeclared values when masking: they are searched for sensitive names, at any depth. */
const UNDECLARED: ValuePlan = undeclared();

/**
 * Compiles the declarations of a body for one purpose. Places where nothing is to be done are left out of the plan, so that
 * the undeclared and unconverted parts of a body cost no more than finding their end.
 *
 * @throws Error for declarations that contradict each other: two members that want one name, an alias of an alias
 */
export function compilePlan(members: Members, purpose: Purpose): Plan {
  if (Object.hasOwn(members, STANDARDS)) throw new Error(`the member "${STANDARDS}" is ours`);
  const spellings = compileMembers(members, { ...purpose, inStandards: true });
  if (purpose.normalizes) spellings.push(standardsOfTheBody(purpose));
  return { root: toObjectPlan(spellings, restOf(purpose)), masks: purpose.masks };
}

function compileField(field: Field, purpose: Context): ValuePlan {
  const plan = { ...restOf(purpose), blankIsNull: purpose.normalizes && field.nullable === true };
  switch (field.kind) {
    case 'id':
    case 'instant':
    case 'localInstant':
      if (purpose.normalizes) plan.conversion = field.kind;
      break;
    case 'enumeration':
      if (purpose.normalizes) compileEnumeration(field, plan, purpose.inStandards);
      break;
    case 'list': {
      const items = compileField(field.items, purpose);
      plan.items = items.idle ? undefined : items;
      break;
    }
    case 'map': {
      const rest = compileField(field.values, purpose);
      plan.members = rest.idle ? undefined : toObjectPlan([], rest);
      plan.emptyListIsMap = purpose.normalizes;
      break;
    }
    case 'object':
      plan.members = compileObject(field.members, purpose);
      break;
    case 'text':
    case 'number':
    case 'integer':
    case 'boolean':
    case 'anything':
  }
  plan.idle =
    plan.conversion === 'none' &&
    !plan.blankIsNull &&
    !plan.emptyListIsMap &&
    plan.members === undefined &&
    plan.items === undefined;
  return plan;
}

function compileEnumeration(
  field: Extract<Field, { kind: 'enumeration' }>,
  plan: Mutable<ValuePlan>,
  inStandards: boolean,
): void {
  const { aliases = {}, standard, values } = field;
  for (const [from, to] of Object.entries(aliases)) {
    if (Object.hasOwn(aliases, to)) throw new Error(`"${from}" stands for "${to}", which stands for another`);
  }
  const rows = standard === undefined || !inStandards ? undefined : rowsOf(standard);
  if (rows !== undefined || Object.keys(aliases).length > 0) plan.conversion = 'word';
  plan.aliases = new Map(Object.entries(aliases));
  plan.rows = rows?.byValue;
  plan.nullRow = rows?.ofNull;
  if (values.includes('')) plan.blankIsNull = false;
}

function compileObject(members: Members, purpose: Context): ObjectPlan | undefined {
  const spellings = compileMembers(members, purpose);
  if (spellings.length === 0 && !purpose.masks) return undefined;
  return toObjectPlan(spellings, restOf(purpose));
}

function compileMembers(members: Members, purpose: Context): Spelling[] {
  const spellings = new Map<string, Spelling>();
  let slots = 0;
  for (const [key, field] of Object.entries(members)) {
    // The key is a spelling too: AMPECO may send it one day, and normalized text, which has it, is masked as well.
    const names = new Set([...(field.wire ?? []), key]);
    const aliased = purpose.normalizes && names.size > 1;
    const secret = isSensitive(field);
    const value = compileField(field, secret ? { ...purpose, inStandards: false } : purpose);
    if (value.idle && !aliased && !purpose.masks) continue;
    const sensitive = purpose.masks && secret;
    const slot = aliased ? slots++ : -1;
    const member: MemberPlan = { key, keyToken: JSON.stringify(key), slot, sensitive, value };
    for (const name of names) {
      const other = spellings.get(name)?.member.key;
      if (other !== undefined) throw new Error(`"${name}" is a name of both "${other}" and "${key}"`);
      spellings.set(name, { name, member, renames: aliased && name !== key });
    }
  }
  return [...spellings.values()];
}

function toObjectPlan(spellings: readonly Spelling[], rest: ValuePlan): ObjectPlan {
  return {
    names: new NameTable(spellings),
    aliases: spellings.some(({ member }) => member.slot !== -1),
    rest,
  };
}

/** A list or map of sensitive values is sensitive as a whole: leaving out elements would shift the others. */
function isSensitive(field: Field): boolean {
  if (field.sensitive === true) return true;
  if (field.kind === 'list') return isSensitive(field.items);
  return field.kind === 'map' && isSensitive(field.values);
}

/** A member of the body that has the name of the `standards` that normalizing adds. */
function standardsOfTheBody(purpose: Purpose): Spelling {
  const keyToken = JSON.stringify(STANDARDS);
  const value = restOf(purpose);
  const member = { key: STANDARDS, keyToken, slot: -1, sensitive: false, value };
  return { name: STANDARDS, member, renames: false };
}

function restOf({ masks }: Purpose): ValuePlan {
  return masks ? UNDECLARED : IDLE;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function undeclared(): ValuePlan {
  const plan: Mutable<ValuePlan> = { ...IDLE, idle: false };
  plan.items = plan;
  plan.members = toObjectPlan([], plan);
  return plan;
}
