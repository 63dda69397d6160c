import type { Members } from '../body-schema/field.js';
import { NOTIFICATIONS } from '../notifications/index.js';
import { pointerTo } from './edits.js';
import { compilePlan, type Plan } from './plan.js';
import { Walk } from './walk.js';

/** How the bodies of one notification are served. Made by {@link compileData}, once per notification and schema major. */
export interface DataPlan {
  readonly normalizer: Plan;
  readonly mask: Plan;
  /** Both in one pass. */
  readonly maskingNormalizer: Plan;
}

interface Normalized {
  /** JSON in one line. */
  readonly text: string;
  /** JSON Pointers (RFC 6901), in normalized names, to the members that collide; see {@link normalize}. */
  readonly collisions: readonly string[];
}

interface Masked {
  readonly text: string;
  /** JSON Pointers (RFC 6901) to the members left out, in the names that they would have in `text`; each once. */
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
 * The body with its declared members under their current names and in one form. Everything else keeps its characters,
 * except the white space between tokens.
 *
 * - Another documented spelling of a name becomes the declared name. Two spellings of one member in an object are a
 *   collision: both keep the names they came under, and their values are converted.
 * - Ids: an integer without sign, fraction and exponent becomes text; other numbers stay.
 * - Instants: RFC 3339 in UTC, `Z`, seconds and fraction digit by digit as sent; local ones keep their offset.
 * - `""` becomes null where null is documented, `[]` becomes `{}` where a map is documented, and another spelling of a
 *   value becomes the value.
 * - A value of another type than declared stays.
 * - `standards` is added as the last member, see {@link renderStandards}. A body that has a member of this name keeps it;
 *   then nothing is added, and that is a collision.
 *
 * Every occurrence of a repeated member is treated alike, so the last one still wins. Normalizing the result again does not
 * change it.
 *
 * @param text a body that `readNotificationBody` accepts. For every such text the function returns, always the same result
 */
export function normalize(text: string, plan: Plan): Normalized {
  const walk = new Walk(text, plan);
  return { text: walk.apply(), collisions: pointersTo(walk.collisions) };
}

/**
 * The body, as received or normalized, without its sensitive members: those declared so, under any of their names, and
 * undeclared ones that {@link isSensitiveName} recognizes. All occurrences of a repeated member are left out. A text with
 * nothing to leave out is returned as it is.
 */
export function mask(text: string, plan: Plan): Masked {
  const walk = new Walk(text, plan);
  if (walk.masked.length === 0) return { text, maskedPaths: NONE };
  return { text: walk.apply(), maskedPaths: pointersTo(walk.masked) };
}

/** The `data` of an event in the form that the reader asked for and may see: JSON in one line. One pass over the body. */
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

/** A line break in JSON stands only between tokens. A text without one is one line already, whatever spaces it has. */
function inOneLine(text: string): string {
  return text.includes('\n') || text.includes('\r') ? new Walk(text, MINIFIER).apply() : text;
}

function pointersTo(places: Walk['masked']): readonly string[] {
  return places.length === 0 ? NONE : [...new Set(places.map(pointerTo))];
}

const BODIES = new Map(NOTIFICATIONS.map(({ name, major, body }) => [name, { major, body }]));
const plans = new Map<string, DataPlan>();

/** Nothing is declared: `data` is the body in one line, masked by the list of sensitive names. */
const UNRECOGNIZED_PLAN = compileData({});

/**
 * How the bodies of a notification are served. The plan is compiled when the first one is needed. A name that the
 * catalogue does not hold has a plan too.
 *
 * @param major of the normalized data; the newest by default
 * @returns undefined for a major that the catalogue does not hold
 */
export function dataPlanOf(notification: string, major?: number): DataPlan | undefined {
  const declared = BODIES.get(notification);
  if (declared === undefined) return UNRECOGNIZED_PLAN;
  if (major !== undefined && major !== declared.major) return undefined;
  let plan = plans.get(notification);
  if (plan === undefined) plans.set(notification, (plan = compileData(declared.body)));
  return plan;
}
