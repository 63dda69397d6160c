import { createHash } from 'node:crypto';
import type { ResolvedHistoryFilter } from './event-conditions.js';

/** Adds a parameter and gives its place in the text; the name says what shape of statement it is. */
type Bind = (value: unknown, name: string) => string;

/** The parameters of one statement, and the name under which its shape is prepared once per connection. */
export class Parameters {
  readonly values: unknown[] = [];
  private readonly shape: string[];

  constructor(...shape: readonly string[]) {
    this.shape = [...shape];
  }

  readonly bind: Bind = (value, name) => {
    this.shape.push(name);
    return `$${this.values.push(value)}`;
  };

  /** Postgres cuts names at 63 bytes, and two shapes that are equal up to there would be taken for one statement. */
  get name(): string {
    const whole = this.shape.join('_');
    if (whole.length <= 63) return whole;
    return `${whole.slice(0, 40)}_${createHash('sha256').update(whole).digest('hex').slice(0, 20)}`;
  }
}

/** The conditions of a filter on `event e`, in the order in which an index serves them best. */
export function toConditions(filter: ResolvedHistoryFilter, bind: Bind): string[] {
  const found: string[] = [];
  for (const { column, id } of filter.related)
    found.push(`e.${column} = ${bind(id.toString(), column)}::bigint`);
  if (filter.subjectKindId !== undefined) {
    found.push(`e.subject_kind_id = ${bind(filter.subjectKindId, 'subject_kind')}::smallint`);
  }
  if (filter.subjectId !== undefined) found.push(`e.subject_id = ${bind(filter.subjectId, 'subject')}::text`);
  if (filter.idFrom !== undefined) found.push(`e.id >= ${bind(filter.idFrom, 'from')}::uuid`);
  if (filter.idBefore !== undefined) found.push(`e.id < ${bind(filter.idBefore, 'before')}::uuid`);
  if (filter.typeIds !== undefined)
    found.push(`e.type_id = any (${bind(filter.typeIds, 'types')}::smallint[])`);
  if (filter.tenantIds !== undefined) {
    found.push(`e.tenant_id = any (${bind(filter.tenantIds, 'tenants')}::smallint[])`);
  }
  if (filter.withoutFlags !== undefined) {
    found.push(`e.flags & ${bind(filter.withoutFlags, 'flags')}::smallint = 0`);
  }
  if (filter.withFlags !== undefined) {
    const flags = bind(filter.withFlags, 'with_flags');
    found.push(`e.flags & ${flags}::smallint = ${flags}::smallint`);
  }
  if (filter.notificationId !== undefined) {
    found.push(`e.notification_id = ${bind(filter.notificationId, 'notification')}::int`);
  }
  if (filter.receivedFrom !== undefined) {
    found.push(`e.received_at >= ${bind(filter.receivedFrom, 'received_from')}::timestamptz`);
  }
  if (filter.receivedBefore !== undefined) {
    found.push(`e.received_at < ${bind(filter.receivedBefore, 'received_before')}::timestamptz`);
  }
  return found;
}

export function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
}
