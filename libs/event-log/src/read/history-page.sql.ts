import type { ResolvedHistoryFilter } from './event-conditions.js';
import { boundedByBytes } from './event-row.js';
import { Parameters, toConditions, where } from './filter-sql.js';

export interface HistoryPage {
  readonly filter: ResolvedHistoryFilter;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** Event id of the last row seen. */
  readonly after: string | undefined;
}

/**
 * One page of history by event id, keyset only: a deep page costs what the first one does.
 *
 * Which index serves it is decided here rather than left to chance. An id with an index of its own narrows far better
 * than a type, so types are then a plain condition; with types alone, one ordered scan per type is merged, because
 * `type_id = any(…) order by id` would otherwise walk the primary key through every other type.
 * The text depends only on the shape of the filter, so each shape is prepared once per connection.
 */
export function historyPage(page: HistoryPage): {
  name: string;
  text: string;
  values: unknown[];
  rowMode: 'array';
} {
  const { filter } = page;
  const isByTypes =
    filter.typeIds !== undefined && filter.related.length === 0 && filter.subjectId === undefined;
  const parameters = new Parameters('history', page.order, isByTypes ? 'each' : 'all');
  const { bind } = parameters;
  const conditions = toConditions(isByTypes ? { ...filter, typeIds: undefined } : filter, bind);
  if (page.after !== undefined) {
    conditions.push(`e.id ${page.order === 'asc' ? '>' : '<'} ${bind(page.after, 'after')}::uuid`);
  }
  const order = `order by e.id ${page.order} limit ${bind(page.limit, 'limit')}::int`;

  let text: string;
  if (isByTypes) {
    const inner = ['e.type_id = t.id', ...conditions];
    text = `select e.* from unnest(${bind(filter.typeIds, 'each_type')}::smallint[]) t(id)
      cross join lateral (select * from event e ${where(inner)} ${order}) e ${order}`;
  } else text = `select e.* from event e ${where(conditions)} ${order}`;
  return {
    name: parameters.name,
    text: boundedByBytes(text, `id ${page.order}`),
    values: parameters.values,
    rowMode: 'array',
  };
}
