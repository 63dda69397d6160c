import type { Field, Members } from '../body-schema/field.js';
import { NameTable } from './name-table.js';
import type { MemberPlan, ObjectPlan, Plan, Spelling, ValuePlan } from './plan.js';
import { rowsOf, STANDARDS } from './standards-member.js';

export interface Purpose {
  readonly normalizes: boolean;
  readonly masks: boolean;
}

/** `told`: values here may appear among the rows of `standards`, where masking would not find them. */
interface Context extends Purpose {
  readonly told: boolean;
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

/** What nobody declared, where that has to be looked through: for names that tell of secrets, at any depth. */
const UNDECLARED: ValuePlan = undeclared();

/**
 * Compiles the declarations of a body for one purpose. Places where nothing can happen are left out, so that a body's
 * undeclared and unconverted parts cost no more than finding their end.
 *
 * @throws Error for declarations that contradict each other: two members that want one name, an alias of an alias
 */
export function compilePlan(members: Members, purpose: Purpose): Plan {
  if (Object.hasOwn(members, STANDARDS)) throw new Error(`the member "${STANDARDS}" is ours`);
  const spellings = compileMembers(members, { ...purpose, told: true });
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
      if (purpose.normalizes) compileEnumeration(field, plan, purpose.told);
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
  told: boolean,
): void {
  const { aliases = {}, standard, values } = field;
  for (const [from, to] of Object.entries(aliases)) {
    if (Object.hasOwn(aliases, to)) throw new Error(`"${from}" stands for "${to}", which stands for another`);
  }
  const rows = standard === undefined || !told ? undefined : rowsOf(standard);
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
    // The key itself is a spelling too: it may come one day, and normalized text can be masked.
    const names = new Set([...(field.wire ?? []), key]);
    const aliased = purpose.normalizes && names.size > 1;
    const secret = isSensitive(field);
    const value = compileField(field, secret ? { ...purpose, told: false } : purpose);
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

/** A member of the body that stands where ours would. */
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
