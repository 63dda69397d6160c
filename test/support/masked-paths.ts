import { expect } from 'vitest';
import type { Field, Members } from '@chargelog/catalogue';
import type { JsonValue } from '@chargelog/domain';
import type { ServedEvent } from './served-events.js';

/** The pointers of `maskedpaths`. */
export function pointersOf(attributes: ServedEvent['attributes']): readonly string[] {
  const text = attributes['maskedpaths'];
  if (typeof text !== 'string') return [];
  return text.split(' ').map((pointer) => pointer.replaceAll('%20', ' ').replaceAll('%25', '%'));
}

/** Where a declaration is sensitive: outermost places, elements of lists as `*`. */
export function sensitivePlaces(members: Members, at = ''): readonly string[] {
  return Object.entries(members).flatMap(([key, declared]) => {
    let field: Field = declared;
    let place = `${at}/${key}`;
    for (; field.sensitive !== true && field.kind === 'list'; field = field.items) place += '/*';
    // A list of sensitive values is left out whole.
    if (field.sensitive === true) return [`${at}/${key}`];
    return field.kind === 'object' ? sensitivePlaces(field.members, place) : [];
  });
}

/** Takes out what a pointer of `maskedpaths` names. */
export function remove(data: JsonValue, pointer: string): unknown {
  const steps = pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop() ?? '';
  let at = data as Record<string, unknown>;
  for (const step of steps) at = at[step] as Record<string, unknown>;
  expect(Object.hasOwn(at, last), pointer).toBe(true);
  const value = at[last];
  Reflect.deleteProperty(at, last);
  return value;
}
