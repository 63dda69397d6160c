import type { Caller } from '@chargelog/access';
import { isSensitiveName } from '@chargelog/catalogue';

export interface VisibleHeaders {
  readonly headers: Readonly<Record<string, string>>;
  /** Names of those that were left out; absent when none was. */
  readonly maskedHeaders?: readonly string[];
}

/**
 * Headers of a delivery as the caller may see them. Nobody declares what a proxy or a producer adds (`x-api-key`,
 * `user-email`), so without scope `events:read-sensitive` they are judged by their names, as undeclared members of bodies are.
 */
export function visibleHeaders(headers: Readonly<Record<string, string>>, caller: Caller): VisibleHeaders {
  const maskedHeaders = caller.scopes.includes('events:read-sensitive')
    ? []
    : Object.keys(headers).filter(isSensitiveName);
  if (maskedHeaders.length === 0) return { headers };
  const shown = Object.entries(headers).filter(([name]) => !maskedHeaders.includes(name));
  return { headers: Object.fromEntries(shown), maskedHeaders };
}
