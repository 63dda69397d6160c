import type { FieldFacts } from './field.js';

/** The names under which a member arrives, the documented one first. */
export function spellingsOf(key: string, field: FieldFacts): readonly [string, ...string[]] {
  return field.wire ?? [key];
}

/**
 * The names of which a body may hold only one: the spellings, and the member's own name, which a spelling would take.
 * Undefined when there is but one.
 */
export function rivalsOf(key: string, field: FieldFacts): readonly string[] | undefined {
  const names = [...new Set([...spellingsOf(key, field), key])];
  return names.length > 1 ? names : undefined;
}
