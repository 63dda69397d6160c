import { iso } from '@chargelog/http';
import type { Replay, ReplayRetry } from './replay.js';
import type { ReplayDto, ReplayRetryDto } from './replays.dto.js';

/** A replay as the API shows it. */
export function renderReplay(replay: Replay): ReplayDto {
  const { filter, retry } = replay;
  return {
    replayId: replay.id,
    state: replay.state,
    filter: {
      ...(filter.types && { type: filter.types }),
      ...Object.fromEntries(
        Object.entries(filter.related ?? {}).map(([kind, id]) => [`${kind}Id`, String(id)]),
      ),
      ...(filter.subject && { subject: `${filter.subject.kind}/${filter.subject.id}` }),
      ...(filter.occurredAfter !== undefined && { occurredAfter: iso(filter.occurredAfter) }),
      ...(filter.occurredBefore !== undefined && { occurredBefore: iso(filter.occurredBefore) }),
      ...(filter.deprecated && { deprecated: filter.deprecated }),
    },
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
