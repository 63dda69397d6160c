/** A callback URL as nearly every request writes it; only other targets are looked at more closely. */
const PLAIN_CALLBACK = /^\/webhooks\/[a-z0-9-]+$/;
const CALLBACK = /^\/webhooks(\/|$)/;
/** RFC 9112 §3.2.2: a server takes the absolute form as well; some forward proxies send it. */
const ABSOLUTE_FORM = /^https?:\/\/[^/?#]*/i;

/**
 * Reads what a request asks for as the routes are written. A callback URL is typed by hand into AMPECO and passes through
 * ingresses, so what is usual there is taken: doubled slashes, upper case, `basePath` before it, slashes and blanks behind
 * it. Every other target is left as it came, apart from the base path.
 *
 * @param basePath `/chargelog`, or '' for none
 * @returns the target to route by, with the query string as it came
 */
export function targetReader(basePath: string): (target: string) => string {
  const base = basePath.toLowerCase();
  return (target) => {
    if (PLAIN_CALLBACK.test(target)) return target;
    const origin = target.replace(ABSOLUTE_FORM, '');
    const whole = origin.startsWith('/') || origin === '*' ? origin : `/${origin}`;
    const end = whole.search(/[?#]/);
    const path = end < 0 ? whole : whole.slice(0, end);
    const query = end < 0 ? '' : whole.slice(end);
    const tidy = withoutBase(path.replace(/\/{2,}/g, '/'), base);
    const callback = callbackIn(tidy);
    if (callback !== undefined) return callback + query;
    return tidy.length < path.length && base !== '' && isBelow(path, base) ? tidy + query : whole;
  };
}

function withoutBase(path: string, base: string): string {
  if (base === '' || !isBelow(path, base)) return path;
  return path.slice(base.length) || '/';
}

function isBelow(path: string, base: string): boolean {
  const lower = path.toLowerCase();
  return lower.startsWith(base) && (lower.length === base.length || lower[base.length] === '/');
}

/** The path in the form of the route; undefined where it is none of a webhook. */
function callbackIn(path: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined; // the router answers 400
  }
  const lower = decoded.toLowerCase().replace(/\/{2,}/g, '/');
  if (!CALLBACK.test(lower)) return undefined;
  // Encoded again: what was decoded may hold a `?` or a line break. Of a path of blanks and slashes the end is looked for
  // from behind, so that many of them cost no more than their number.
  let end = lower.length;
  while (end > 0 && (lower[end - 1] === '/' || lower[end - 1] === ' ')) end -= 1;
  return lower.slice(0, end).split('/').map(encodeURIComponent).join('/');
}
