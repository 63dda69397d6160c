import { iso } from '@chargelog/http';
import type { EventFilter } from '@chargelog/pipeline';
import type { Replay, ReplayRetry } from './replay.js';
import type { ReplayDto, ReplayRetryDto } from './replays.dto.js';

/** A replay as the API shows it. */
export function renderReplay(replay: Replay): ReplayDto {
  const { filter, retry } = replay;
  return {
    replayId: replay.id,
    state: replay.state,
    filter: renderFilter(filter),
    ...(filter.tenants && { tenants: filter.tenants }),
    data: replay.form.normalized ? 'normalized' : 'raw',
    masked: replay.form.masked,
    target: renderTarget(replay.targetUrl),
    createdAt: iso(replay.createdAt),
    startedAt: iso(replay.startedAt),
    finishedAt: iso(replay.finishedAt),
    endPosition: replay.endPosition.toString(),
    position: replay.position.toString(),
    sent: Number(replay.sentCount),
    retries: Number(replay.retryCount),
    ...(retry && { retry: renderRetry(retry, replay.dueAt) }),
    ...(replay.failure && { failure: replay.failure }),
  };
}

/** As in the request that made the replay. Tenants are a limit of its key and stand beside the filter. */
function renderFilter(filter: EventFilter): ReplayDto['filter'] {
  const {
    tenants: _,
    types,
    related,
    subject,
    occurredAfter,
    occurredBefore,
    deprecated,
    ...others
  } = filter;
  return {
    // Does not compile while a member of the filter is not among those below.
    ...(others satisfies Record<string, never>),
    ...(types && { type: types }),
    ...Object.fromEntries(Object.entries(related ?? {}).map(([kind, id]) => [`${kind}Id`, id])),
    ...(subject && { subject: `${subject.kind}/${subject.id}` }),
    ...(occurredAfter !== undefined && { occurredAfter: iso(occurredAfter) }),
    ...(occurredBefore !== undefined && { occurredBefore: iso(occurredBefore) }),
    ...(deprecated && { deprecated }),
  };
}

/** Without the query, whole: it may hold a credential, and which part of it does cannot be told. */
function renderTarget(targetUrl: string): { readonly url: string; readonly maskedQuery: boolean } {
  const [url = '', query] = targetUrl.split('?', 2);
  return { url, maskedQuery: query !== undefined };
}

function renderRetry(
  { eventId, status, message, attempts, attemptsLeft }: ReplayRetry,
  dueAt: number,
): ReplayRetryDto {
  return { eventId, status, message, attempts, attemptsLeft, nextAttemptAt: iso(dueAt) };
}
