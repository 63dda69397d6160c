import type { GatewayErrorCode } from '@chargelog/domain';

export interface ProblemAdvice {
  /** What has happened. */
  readonly means: string;
  /** What the caller, or who runs the gateway, does now. */
  readonly whatToDo: string;
}

/** The pages under `/problems/`. A new code without a page does not compile. */
export const PROBLEM_GUIDE: Readonly<Record<GatewayErrorCode, ProblemAdvice>> = {
  'invalid-parameter': {
    means: 'A parameter is known but its value is not one it can have. Nothing was read or changed.',
    whatToDo:
      '`errors` names each parameter and why. A `+` in a URL reads as a space: write `%2B`. Limits and formats stand in /docs.',
  },
  'unknown-parameter': {
    means:
      'The request has a parameter, or its body a member, that this call does not know. It is refused rather than ignored, because a misspelt filter that is dropped answers another question than was asked.',
    whatToDo: '`errors` names it. Compare with /docs; names are case-sensitive.',
  },
  'invalid-body': {
    means: 'The body is not a JSON object of the form that this call takes.',
    whatToDo: '`errors`, where present, names the members. Send UTF-8 JSON as described in /docs.',
  },
  'invalid-cursor': {
    means: 'The cursor is damaged, or it belongs to another list.',
    whatToDo:
      'Copy `next` whole, without decoding or shortening it, and use it only with the call it came from.',
  },
  'cursor-filter-mismatch': {
    means: 'The cursor was made with other parameters than this request has.',
    whatToDo:
      'Repeat the parameters of the first page on every further page, or start again without `after`.',
  },
  unauthenticated: {
    means: 'The request has no API key, or one that is not valid.',
    whatToDo:
      'Send `Authorization: Bearer <key>`. A gateway started without configuration keeps its key in credentials.json in the data directory.',
  },
  'bad-signature': {
    means:
      'X-Signature is missing, or matches no secret of this source in any of the configured forms. The delivery was not stored as an event.',
    whatToDo:
      'The secret of a webhook source is the AMPECO API token that created the subscription: another token, even of the same tenant, does not match. A proxy that rewrites the body breaks the signature as well. AMPECO can send failed notifications again.',
  },
  forbidden: {
    means: 'The key is valid but may not do this.',
    whatToDo: 'Use a key with the scope that /docs names for the call.',
  },
  'target-not-allowed': {
    means:
      'The target of a replay is not a host that this gateway may reach: it is at a private or local address, or the URL is not plain http or https.',
    whatToDo:
      'Allow the host or network under `targets.allow` in the configuration and restart, if it is yours.',
  },
  'not-found': {
    means: 'There is nothing at this path, or nothing has this id. For a webhook: no source has this name.',
    whatToDo:
      'Check id, path and method: /docs lists every call. For a webhook, compare the callback URL of the subscription with the name of the source in the configuration.',
  },
  'method-not-allowed': {
    means:
      'The URL is the callback URL of a webhook source, but the request is none that delivers. Nothing is wrong with the URL: this is what a browser, or a monitor that looks at it, is told.',
    whatToDo: 'Nothing, if you only wanted to see whether the URL is right. Deliveries come by POST, signed.',
  },
  conflict: {
    means: 'The request cannot be carried out in the present state of the thing.',
    whatToDo: 'Read the thing again; `detail` says what stands against it.',
  },
  'epoch-changed': {
    means:
      'The log was restored from a backup since the cursor was made. Positions may have been given out a second time, so going on from the cursor could skip events silently.',
    whatToDo:
      'Start again from a point in time you trust (`occurredAfter`), or from the beginning; events keep their ids, so what you have already is recognized by `id`.',
  },
  'too-large': {
    means: 'The body is larger than this gateway accepts.',
    whatToDo: 'For webhooks the limit is CHARGELOG_MAX_BODY_BYTES, 1 MiB by default.',
  },
  'bound-required': {
    means: 'The query would look at too much of the log.',
    whatToDo: 'Narrow it by an id, a type or a span of time.',
  },
  'rate-limited': {
    means:
      'More came in a short time than `rateLimit` of the source allows, or more failures than one address may make. Nothing of the request was carried out or stored.',
    whatToDo:
      'Send again after the seconds in `Retry-After`. AMPECO tries failed deliveries again by itself; raise `rateLimit` of the source when this is its usual rate.',
  },
  overloaded: {
    means:
      'The gateway has more to do than it can take, or it is shutting down. Nothing of the request was carried out or stored.',
    whatToDo:
      'Send again after the seconds in `Retry-After`. If it lasts: is the database slow, or its disk full? chargelog_queue_rows and chargelog_flush_seconds tell.',
  },
  'store-away': {
    means:
      'The database did not answer. A webhook was not acknowledged; should it have been stored all the same, a repetition is recognized and counted as a duplicate.',
    whatToDo:
      'Send again shortly. Whoever runs the gateway: /health/ready names the part that fails; the gateway finds back by itself.',
  },
  'query-timeout': {
    means: 'The query took longer than the gateway lets a query take.',
    whatToDo: 'Narrow the filter or ask for fewer events at a time.',
  },
};

export function isProblemCode(text: string): text is GatewayErrorCode {
  return Object.hasOwn(PROBLEM_GUIDE, text);
}
