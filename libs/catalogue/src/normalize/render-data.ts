import type { Members } from '../body-schema/field.js';
import { compilePlan } from './compile-plan.js';
import { pointerTo } from './place.js';
import type { Plan } from './plan.js';
import { Walk } from './walk.js';

/** How one notification's bodies are served. Made by {@link compileData}, once per notification and schema major. */
export interface DataPlan {
  readonly normalizer: Plan;
  readonly mask: Plan;
  /** Both in one pass. */
  readonly maskingNormalizer: Plan;
}

interface Normalized {
  /** JSON in one line. */
  readonly text: string;
  /** JSON Pointers (RFC 6901), by normalized names, to members that two members of the body want to be; see {@link normalize}. */
  readonly collisions: readonly string[];
}

interface Masked {
  readonly text: string;
  /** JSON Pointers (RFC 6901) to the members left out, by the names they would have in `text`; each once. */
  readonly maskedPaths: readonly string[];
}

export interface DataForm {
  readonly normalized: boolean;
  /** For readers without the scope `events:read-sensitive`. */
  readonly masked: boolean;
}

const NONE: readonly string[] = [];
const MINIFIER = compilePlan({}, { normalizes: false, masks: false });

export function compileData(members: Members): DataPlan {
  return {
    normalizer: compileNormalizer(members),
    mask: compileMask(members),
    maskingNormalizer: compilePlan(members, { normalizes: true, masks: true }),
  };
}

export function compileNormalizer(members: Members): Plan {
  return compilePlan(members, { normalizes: true, masks: false });
}

export function compileMask(members: Members): Plan {
  return compilePlan(members, { normalizes: false, masks: true });
}

/**
 * The body with declared members under their current names and in their one form; everything else character by
 * character as it came, white space between tokens apart.
 *
 * - A name documented as another spelling becomes the declared one. Where an object holds two spellings of one member,
 *   both keep the names they came under (their values are converted), and that is a collision.
 * - Ids: an integer written out becomes text; other numbers stay.
 * - Instants: RFC 3339 in UTC, `Z`, seconds and fraction digit by digit as sent; local ones keep their offset.
 * - `""` becomes null where null is documented, `[]` becomes `{}` where a map is, other spellings of a word the word.
 * - A value of another type than declared stays.
 * - `standards`, see {@link renderStandards}, comes last. A body that has a member of this name keeps it, ours is left
 *   out, and that is a collision.
 *
 * Of a repeated member every occurrence is treated alike, so the last one wins as before. Idempotent in its text.
 *
 * @param text a body that `readNotificationBody` accepts; for every such text total and deterministic
 */
export function normalize(text: string, plan: Plan): Normalized {
  const walk = new Walk(text, plan);
  return { text: walk.apply(), collisions: pointersTo(walk.collisions) };
}

/**
 * The body, as received or normalized, without its sensitive members: those declared so, under any of their names, and
 * any member that is not declared and {@link isSensitiveName}. All occurrences of a repeated member go. With nothing to
 * leave out the text comes back as it is.
 */
export function mask(text: string, plan: Plan): Masked {
  const walk = new Walk(text, plan);
  if (walk.masked.length === 0) return { text, maskedPaths: NONE };
  return { text: walk.apply(), maskedPaths: pointersTo(walk.masked) };
}

/** `data` of an event in the form a reader asked for and may see, always JSON in one line, in one pass over the body. */
export function renderData(
  text: string,
  plan: DataPlan,
  { normalized, masked }: DataForm,
): Normalized & Masked {
  if (!normalized && !masked) return { text: inOneLine(text), collisions: NONE, maskedPaths: NONE };
  const chosen = !normalized ? plan.mask : masked ? plan.maskingNormalizer : plan.normalizer;
  const walk = new Walk(text, chosen);
  return {
    text: !normalized && walk.masked.length === 0 ? inOneLine(text) : walk.apply(),
    collisions: pointersTo(walk.collisions),
    maskedPaths: pointersTo(walk.masked),
  };
}

/** Line breaks can only stand between tokens; without one the text is in one line whatever spaces it has. */
function inOneLine(text: string): string {
  return text.includes('\n') || text.includes('\r') ? new Walk(text, MINIFIER).apply() : text;
}

function pointersTo(places: Walk['masked']): readonly string[] {
  return places.length === 0 ? NONE : [...new Set(places.map(pointerTo))];
}
