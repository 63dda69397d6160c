import { isSensitiveName } from '@chargelog/catalogue';
import { KAFKA_KEY_HEADER } from '@chargelog/domain';
import type { Caller } from './caller.js';

export interface VisibleHeaders {
  readonly headers: Readonly<Record<string, string>>;
  /** Names of those that were left out; absent when none was. */
  readonly maskedHeaders?: readonly string[];
}

/**
 * Headers of a delivery as the caller may see them. Nobody declares what a proxy or a producer adds (`x-api-key`,
 * `user-email`), so without scope `events:read-sensitive` they are judged by their names, as undeclared members of bodies are.
 * The key of a Kafka record has no name that could tell: it may be an e-mail address or an id tag, and is left out always.
 */
export function visibleHeaders(headers: Readonly<Record<string, string>>, caller: Caller): VisibleHeaders {
  const maskedHeaders = caller.scopes.includes('events:read-sensitive')
    ? []
    : Object.keys(headers).filter((name) => name === KAFKA_KEY_HEADER || isSensitiveName(name));
  if (maskedHeaders.length === 0) return { headers };
  const shown = Object.entries(headers).filter(([name]) => !maskedHeaders.includes(name));
  return { headers: Object.fromEntries(shown), maskedHeaders };
}
