import { NO_FILTER, type ResolvedHistoryFilter } from './event-conditions.js';
import { boundedByBytes } from './event-row.js';
import { Parameters, toConditions, where } from './filter-sql.js';

export interface ArrivalsPage {
  readonly filter: ResolvedHistoryFilter;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** Exclusive bounds of the positions. */
  readonly above: bigint | undefined;
  readonly below: bigint | undefined;
}

interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
  readonly rowMode: 'array';
}

/** Rows that an index finds and that are put in order afterwards. More than that are looked for along the positions. */
export const MOST_SORTED = 5_000;
/** Rows that one read along the positions looks at. */
const SCANNED_AT_ONCE = 20_000;
/** Each type is a scan of its own. */
const MOST_TYPES = 5;
/** The ids that narrow best come first. */
const BEST_FIRST = ['session_id', 'evse_id', 'user_id', 'charge_point_id', 'location_id'];

/**
 * What one index serves of a filter; undefined where nothing does. No index has the arrivals of an id or a type in order.
 * Where few rows are about it, all of them are taken by its index and sorted; where there are many, they are close to each
 * other, and are met on a walk along the positions. Either way the number of rows that are looked at is bounded. So one id
 * is picked: of two, the one index would be searched for what the other one seldom has.
 */
export function partOfOneIndex(filter: ResolvedHistoryFilter): ResolvedHistoryFilter | undefined {
  const { idFrom, idBefore, related, subjectKindId, subjectId, typeIds } = filter;
  const span = { ...NOTHING, idFrom, idBefore };
  const [best] = related.toSorted((a, b) => BEST_FIRST.indexOf(a.column) - BEST_FIRST.indexOf(b.column));
  if (best !== undefined) return { ...span, related: [best] };
  if (subjectId !== undefined) return { ...span, subjectKindId, subjectId };
  if (typeIds !== undefined && typeIds.length <= MOST_TYPES) return { ...span, typeIds };
  return idFrom === undefined ? undefined : span;
}

const NOTHING: ResolvedHistoryFilter = {
  ...NO_FILTER,
  notificationId: undefined,
  withFlags: undefined,
  receivedFrom: undefined,
  receivedBefore: undefined,
};

/** How many rows the index finds, counted up to one more than MOST_SORTED. */
export function countByIndex(part: ResolvedHistoryFilter): Statement {
  const parameters = new Parameters('arrivals_count');
  return statement(parameters, `select count(*)::int from (${rowsByIndex(part, parameters, 'e.seq')}) e`);
}

/** One page of the rows that the index finds, at most MOST_SORTED. */
export function sortedArrivals(page: ArrivalsPage, part: ResolvedHistoryFilter): Statement {
  const parameters = new Parameters('arrivals_sorted', page.order);
  const rows = rowsByIndex(part, parameters, 'e.*');
  const conditions = [...positions(page, parameters), ...toConditions(page.filter, parameters.bind)];
  const text = `select e.* from (${rows}) e ${where(conditions)}
    order by e.seq ${page.order} limit ${parameters.bind(page.limit, 'limit')}::int`;
  return statement(parameters, boundedByBytes(text, `seq ${page.order}`));
}

/**
 * One page among the next rows by position. Before each row stand the last position that was looked at, and whether there
 * may be rows behind it; without a match there is one row with nothing else in it. `limit` in the inner query keeps the
 * conditions out of it, so that ix_event__seq serves it, and nothing else.
 */
export function scannedArrivals(page: ArrivalsPage): Statement {
  const parameters = new Parameters('arrivals_scanned', page.order);
  const conditions = toConditions(page.filter, parameters.bind);
  const scanned = conditions.length === 0 ? page.limit : SCANNED_AT_ONCE;
  const scan = `${parameters.bind(scanned, 'scanned')}::int`;
  const next = `${where(positions(page, parameters))} order by e.seq ${page.order} limit ${scan}`;
  const rows = `select e.* from (select e.* from event e ${next}) e ${where(conditions)}
    order by e.seq ${page.order} limit ${parameters.bind(page.limit, 'limit')}::int`;
  const last = page.order === 'asc' ? 'max' : 'min';
  const text = `
    with seen as materialized (
      select ${last}(s.seq) as position, count(*) = ${scan} as more from (select e.seq from event e ${next}) s
    )
    select seen.position, seen.more, r.* from seen left join (${boundedByBytes(rows, `seq ${page.order}`)}) r on true
     order by r.seq ${page.order}`;
  return statement(parameters, text);
}

/** One more row than can be sorted tells that there are too many. */
function rowsByIndex(part: ResolvedHistoryFilter, parameters: Parameters, columns: 'e.seq' | 'e.*'): string {
  const limit = `limit ${MOST_SORTED + 1}`;
  // In the order of the index: without it a plan that reads whole tables could look cheaper for a limit.
  const order = `order by e.id desc ${limit}`;
  if (part.typeIds === undefined) {
    return `select ${columns} from event e ${where(toConditions(part, parameters.bind))} ${order}`;
  }
  const types = parameters.bind(part.typeIds, 'each_type');
  const inner = ['e.type_id = t.id', ...toConditions({ ...part, typeIds: undefined }, parameters.bind)];
  return `select e.* from unnest(${types}::smallint[]) t(id)
    cross join lateral (select ${columns} from event e ${where(inner)} ${order}) e ${limit}`;
}

function positions({ above, below }: ArrivalsPage, { bind }: Parameters): string[] {
  return [
    ...(above === undefined ? [] : [`e.seq > ${bind(above.toString(), 'above')}::bigint`]),
    ...(below === undefined ? [] : [`e.seq < ${bind(below.toString(), 'below')}::bigint`]),
  ];
}

function statement({ name, values }: Parameters, text: string): Statement {
  return { name, text, values, rowMode: 'array' };
}
