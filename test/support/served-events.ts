import type { GatewayProcess } from './gateway-process.js';

/** An event as it came over HTTP: its attributes read, its `data` left as the text it was served as. */
export interface ServedEvent {
  readonly attributes: Readonly<Record<string, string | boolean>> & { readonly id: string };
  readonly data: string;
}

/** The whole feed as a key sees it, from the beginning. */
export async function readFeed(
  gateway: GatewayProcess,
  form: 'normalized' | 'raw',
  key: string = gateway.adminKey,
): Promise<readonly ServedEvent[]> {
  const events: ServedEvent[] = [];
  for (let after = ''; ;) {
    const search = `data=${form}&limit=1000${after === '' ? '' : `&after=${after}`}`;
    const text = await getText(gateway, `/v1/feed?${search}`, key);
    events.push(...eventsOf(text));
    const { next, more } = JSON.parse(text) as { next: string; more: boolean };
    if (!more) return events;
    after = next;
  }
}

/** Events by their ids. */
export function byId(events: readonly ServedEvent[]): ReadonlyMap<string, ServedEvent> {
  return new Map(events.map((event) => [event.attributes.id, event]));
}

/** @throws Error for any other answer than 200 */
export async function getText(gateway: GatewayProcess, path: string, key: string): Promise<string> {
  const response = await fetch(gateway.baseUrl + path, { headers: { authorization: `Bearer ${key}` } });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text}`);
  return text;
}

/** The events of a page of history or feed. */
export function eventsOf(page: string): ServedEvent[] {
  return elementsOf(page, page.indexOf('[')).map(eventOf);
}

/** Attributes hold no objects and `data` comes last, so its name is the first of its kind outside a string. */
export function eventOf(text: string): ServedEvent {
  const name = '"data":';
  const at = text.indexOf(name);
  const attributes = JSON.parse(`${text.slice(0, at).replace(/,$/, '')}}`) as ServedEvent['attributes'];
  return { attributes, data: text.slice(at + name.length, -1) };
}

/** The elements of the list that begins at `start`, character by character. */
function elementsOf(text: string, start: number): string[] {
  const elements: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < text.length; at++) {
    const unit = text[at];
    if (unit === '"') {
      for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (unit === '{' || unit === '[') depth++;
    else if (unit === '}' || unit === ']') {
      depth--;
      if (depth === 1) {
        elements.push(text.slice(from, at + 1));
        from = at + 2;
      }
      if (depth === 0) break;
    }
  }
  return elements;
}
