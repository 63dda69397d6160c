import { EventFlag, RELATED_RESOURCES, relatedColumn, type RelatedResource } from '@chargelog/domain';
import type { EventFilter, HistoryFilter } from '@chargelog/pipeline';
import type { Dictionaries } from '../names/dictionaries.js';
import type { NameDictionary } from '../names/name-dictionary.js';

const COLUMN: Readonly<Record<RelatedResource, string>> = {
  chargePoint: 'charge_point_id',
  evse: 'evse_id',
  session: 'session_id',
  user: 'user_id',
  location: 'location_id',
};

/** A filter in the terms of this database. */
export interface ResolvedFilter {
  readonly tenantIds: readonly number[] | undefined;
  readonly typeIds: readonly number[] | undefined;
  readonly related: readonly { readonly column: string; readonly id: bigint }[];
  readonly relatedIds: Readonly<Partial<Record<RelatedResource, bigint>>>;
  readonly subjectKindId: number | undefined;
  readonly subjectId: string | undefined;
  /** Inclusive, as the smallest event id of the instant. */
  readonly idFrom: string | undefined;
  /** Exclusive. */
  readonly idBefore: string | undefined;
  readonly withoutFlags: number | undefined;
}

/** Matches everything. */
export const NO_FILTER: ResolvedFilter = {
  tenantIds: undefined,
  typeIds: undefined,
  related: [],
  relatedIds: {},
  subjectKindId: undefined,
  subjectId: undefined,
  idFrom: undefined,
  idBefore: undefined,
  withoutFlags: undefined,
};

export interface ResolvedHistoryFilter extends ResolvedFilter {
  readonly notificationId: number | undefined;
  readonly withFlags: number | undefined;
  /** RFC 3339. */
  readonly receivedFrom: string | undefined;
  readonly receivedBefore: string | undefined;
}

/** The smallest event id of an instant in ms: 48 bits of time, then zeros (`id_floor` in SQL). */
export function idFloor(instantMs: number): string {
  const clamped = Math.min(Math.max(Math.trunc(instantMs), 0), 2 ** 48 - 1);
  const hex = clamped.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}

/** The resolved filter, or undefined when nothing stored can match it (no such type, contradicting ids). */
export async function resolveFilter(
  filter: EventFilter,
  names: Dictionaries,
): Promise<ResolvedFilter | undefined> {
  const tenantIds = filter.tenants && (await idsOf(names.tenants, filter.tenants));
  if (tenantIds?.length === 0) return undefined;
  const typeIds = filter.types && (await idsOf(names.types, filter.types));
  if (typeIds?.length === 0) return undefined;

  const relatedIds: Partial<Record<RelatedResource, bigint>> = {};
  for (const resource of RELATED_RESOURCES) {
    const id = filter.related?.[resource];
    if (id !== undefined) relatedIds[resource] = relatedColumn(id);
  }
  let subjectKindId: number | undefined;
  let subjectId: string | undefined;
  if (filter.subject !== undefined) {
    const { kind, id } = filter.subject;
    [subjectKindId] = await idsOf(names.subjectKinds, [kind]);
    if (subjectKindId === undefined) return undefined;
    // A subject whose id has a column of its own is found there; its kind still narrows to events *about* it.
    if (isRelatedResource(kind) && isDecimal(id)) {
      if (relatedIds[kind] !== undefined && relatedIds[kind] !== BigInt(id)) return undefined;
      relatedIds[kind] = BigInt(id);
    } else subjectId = id;
  }
  return {
    tenantIds,
    typeIds,
    related: RELATED_RESOURCES.flatMap((resource) => {
      const id = relatedIds[resource];
      return id === undefined ? [] : [{ column: COLUMN[resource], id }];
    }),
    relatedIds,
    subjectKindId,
    subjectId,
    idFrom: filter.occurredAfter === undefined ? undefined : idFloor(filter.occurredAfter),
    idBefore: filter.occurredBefore === undefined ? undefined : idFloor(filter.occurredBefore),
    withoutFlags: filter.deprecated === 'exclude' ? EventFlag.deprecated : undefined,
  };
}

export async function resolveHistoryFilter(
  filter: HistoryFilter,
  names: Dictionaries,
): Promise<ResolvedHistoryFilter | undefined> {
  const resolved = await resolveFilter(filter, names);
  if (resolved === undefined) return undefined;
  const { notification, flags, receivedAfter, receivedBefore } = filter;
  const [notificationId] = notification === undefined ? [] : await idsOf(names.notifications, [notification]);
  if (notification !== undefined && notificationId === undefined) return undefined;
  const withoutFlags = (resolved.withoutFlags ?? 0) | (flags?.none ?? 0);
  return {
    ...resolved,
    notificationId,
    withFlags: flags === undefined || flags.all === 0 ? undefined : flags.all,
    withoutFlags: withoutFlags === 0 ? undefined : withoutFlags,
    receivedFrom: receivedAfter === undefined ? undefined : new Date(receivedAfter).toISOString(),
    receivedBefore: receivedBefore === undefined ? undefined : new Date(receivedBefore).toISOString(),
  };
}

async function idsOf(dictionary: NameDictionary, wanted: readonly string[]): Promise<number[]> {
  await dictionary.lookUp(wanted);
  return [...new Set(wanted)].flatMap((name) => dictionary.idOf(name) ?? []);
}

function isRelatedResource(kind: string): kind is RelatedResource {
  return (RELATED_RESOURCES as readonly string[]).includes(kind);
}

function isDecimal(text: string): boolean {
  return /^(0|[1-9][0-9]{0,17})$/.test(text);
}
