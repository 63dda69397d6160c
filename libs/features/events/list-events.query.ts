import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { GatewayError } from '@chargelog/domain';
import { AsNumber, instantOf, IsInstant, IsNotificationName } from '@chargelog/http';
import type { HistoryFilter } from '@chargelog/pipeline';
import { CONFORMANCES, FLAGS_OF, type Conformance } from './conformance.js';
import { DATA_FORMS, type DataParameter } from './data-form.js';
import { EventFilterQuery, toEventFilter } from './event-filter.query.js';

export class ListEventsQuery extends EventFilterQuery {
  /** AMPECO's name. */
  @IsOptional()
  @IsNotificationName()
  notification?: string;

  @IsOptional()
  @IsIn(CONFORMANCES)
  conformance?: Conformance;

  /** Arrival of the first delivery. Inclusive. */
  @IsOptional()
  @IsInstant()
  receivedAfter?: string;

  /** Exclusive. */
  @IsOptional()
  @IsInstant()
  receivedBefore?: string;

  /** `raw`: the body as AMPECO sent it, in one line. */
  @IsOptional()
  @IsIn(DATA_FORMS)
  data: DataParameter = 'normalized';

  /** By occurred at; newest first unless asked otherwise. */
  @IsOptional()
  @IsIn(['asc', 'desc'])
  order: 'asc' | 'desc' = 'desc';

  @IsOptional()
  @AsNumber()
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit = 50;

  /** `next` of the page before, copied whole. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  after?: string;
}

/** Longest span of occurred at in which events are looked through without an index. */
const MAX_SPAN_MS = 31 * 86_400_000;

/** @throws GatewayError `bound-required` where the log would have to be looked through without an index. */
export function toHistoryFilter(query: ListEventsQuery): HistoryFilter {
  const filter = toEventFilter(query);
  const besides = {
    ...(query.notification !== undefined && { notification: query.notification }),
    ...(query.conformance !== undefined && { flags: FLAGS_OF[query.conformance] }),
    ...(query.receivedAfter !== undefined && { receivedAfter: instantOf(query.receivedAfter) }),
    ...(query.receivedBefore !== undefined && { receivedBefore: instantOf(query.receivedBefore) }),
  };
  const isIndexed =
    filter.types !== undefined || filter.related !== undefined || filter.subject !== undefined;
  if (Object.keys(besides).length > 0 && !isIndexed) requireSpan(filter);
  return { ...filter, ...besides };
}

function requireSpan({ occurredAfter, occurredBefore = Date.now() }: HistoryFilter): void {
  if (occurredAfter !== undefined && occurredBefore - occurredAfter <= MAX_SPAN_MS) return;
  const reason = 'is needed, at most 31 days before the end of the list';
  throw new GatewayError(
    'bound-required',
    `occurredAfter: ${reason}, because no index serves the other parameters; or narrow by type, subject or an id.`,
    { errors: [{ in: 'query', name: 'occurredAfter', reason }] },
  );
}
