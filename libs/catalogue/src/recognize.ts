import {
  EventFlag,
  RELATED_RESOURCES,
  type JsonObject,
  type RelatedResource,
  type Subject,
} from '@chargelog/domain';
import { idNumber, idText, isBlank, valueAt, type Path } from './body.js';
import { fallbackTypeOf, UNRECOGNIZED } from './catalogue.js';
import { departuresOf, UNKNOWN_NAME } from './conformance/conformance.js';
import { isViolation, MAX_DEPARTURES, toStep, type Departure } from './conformance/departure.js';
import type { CatalogueEntry, SubjectCandidate } from './entry.js';
import { NOTIFICATIONS } from './notifications/index.js';

/** Ids of the resources that an event can be found by. */
type RelatedIds = Partial<Record<RelatedResource, bigint>>;

/** What the catalogue says of one body. */
export interface Recognition {
  /** One of EVENT_TYPES; `unrecognized` for a name the catalogue does not hold. */
  readonly type: string;
  /** The id as AMPECO wrote it, a number as decimal text. Undefined where the body does not give one. */
  readonly subject: Subject | undefined;
  readonly related: Readonly<RelatedIds>;
  /** Sum of EventFlag bits: nonconforming, unrecognized, deprecated. */
  readonly flags: number;
  /** The current name of a deprecated notification. */
  readonly supersededBy: string | undefined;
  /** What of the body differs from the catalogue; one of them at least is a violation when the body is nonconforming. */
  readonly departures: readonly Departure[];
}

/** An entry as `recognize` walks it: decisions that do not depend on the body are made once. */
interface Compiled {
  readonly entry: CatalogueEntry;
  readonly flags: number;
  /** Of an entry whose type rule is total: never needed. */
  readonly fallbackType: string;
  readonly subject: readonly (SubjectCandidate & { readonly resource: RelatedResource | undefined })[];
  readonly related: readonly (readonly [RelatedResource, Path])[];
}

const COMPILED: ReadonlyMap<string, Compiled> = new Map(
  NOTIFICATIONS.map((entry) => [entry.name, compile(entry)]),
);

/**
 * Names the event, finds what it is about and whom it concerns. Never throws and never refuses: the unknown survives.
 * Runs once per delivery, within a microsecond.
 */
export function recognize(notification: string, body: JsonObject): Recognition {
  const compiled = COMPILED.get(notification);
  if (compiled === undefined) {
    const related: RelatedIds = {};
    addTopLevel(related, body);
    return {
      type: UNRECOGNIZED,
      subject: undefined,
      related,
      flags: EventFlag.unrecognized,
      supersededBy: undefined,
      departures: UNKNOWN_NAME,
    };
  }

  const { entry } = compiled;
  const type = entry.type.typeOf(body);

  // The subject's own id comes first, so that a column never contradicts the subject; AMPECO's nested objects come
  // before top-level names that its specification does not have beside them.
  const related: RelatedIds = {};
  const subject = findSubject(compiled, body, related);
  for (const [resource, path] of compiled.related) {
    if (related[resource] === undefined) addId(related, resource, valueAt(body, path));
  }
  addTopLevel(related, body);

  let departures = departuresOf(notification, body);
  if (type === undefined) departures = withUndecidedType(departures, entry, body);
  if (subject === null || (subject === undefined && entry.subjectRequired))
    departures = withUnreadableSubject(departures, entry, body);
  const isNonconforming = departures.some(isViolation);

  return {
    type: type ?? compiled.fallbackType,
    subject: subject ?? undefined,
    related,
    flags: isNonconforming ? compiled.flags | EventFlag.nonconforming : compiled.flags,
    supersededBy: entry.supersededBy,
    departures,
  };
}

/** Where AMPECO's specification does not require the deciding member, its absence is still no way to name an event. */
function withUndecidedType(
  departures: readonly Departure[],
  { type, resource }: CatalogueEntry,
  body: JsonObject,
): readonly Departure[] {
  const member = type.decidedBy ?? '';
  const path = toStep(member);
  if (isExplained(path, departures)) return departures;
  return withViolation(departures, {
    path,
    kind: isBlank(body[member]) ? 'missing-field' : 'new-value',
    expected: `what names a type of ${resource}`,
  });
}

/** An id may be of the documented type and yet be none: empty, longer than 255 characters, with a NUL. */
function withUnreadableSubject(
  departures: readonly Departure[],
  { subject }: CatalogueEntry,
  body: JsonObject,
): readonly Departure[] {
  const paths = subject.map(({ path }) => path.map(toStep).join(''));
  if (paths.some((path) => isExplained(path, departures))) return departures;
  const given = subject.findIndex(({ path }) => !isBlank(valueAt(body, path)));
  return withViolation(departures, {
    path: paths[Math.max(given, 0)] ?? '',
    kind: given === -1 ? 'missing-field' : 'other-type',
    expected: 'id of at most 255 characters',
  });
}

/** Whether a violation of the place, or of what it would stand in, is known: one cause is named once. */
function isExplained(path: string, departures: readonly Departure[]): boolean {
  return departures.some(
    (departure) => isViolation(departure) && `${path}/`.startsWith(`${departure.path}/`),
  );
}

function withViolation(departures: readonly Departure[], violation: Departure): readonly Departure[] {
  return [violation, ...departures].slice(0, MAX_DEPARTURES);
}

/** Null when something stands in the subject's place that is no id; undefined when nothing does. */
function findSubject(compiled: Compiled, body: JsonObject, related: RelatedIds): Subject | null | undefined {
  for (const { kind, path, resource } of compiled.subject) {
    const value = valueAt(body, path);
    if (isBlank(value)) continue;
    const id = idText(value);
    if (id === undefined) return null;
    if (resource !== undefined) addId(related, resource, value);
    return { kind, id };
  }
  return undefined;
}

function addTopLevel(related: RelatedIds, body: JsonObject): void {
  if (related.chargePoint === undefined) addId(related, 'chargePoint', body['chargePointId']);
  if (related.evse === undefined) addId(related, 'evse', body['evseId']);
  if (related.session === undefined) addId(related, 'session', body['sessionId']);
  if (related.user === undefined) addId(related, 'user', body['userId']);
  if (related.location === undefined) addId(related, 'location', body['locationId']);
}

function addId(related: RelatedIds, resource: RelatedResource, value: unknown): void {
  const id = idNumber(value);
  if (id !== undefined) related[resource] = id;
}

function compile(entry: CatalogueEntry): Compiled {
  return {
    entry,
    flags: entry.deprecated ? EventFlag.deprecated : 0,
    fallbackType: fallbackTypeOf(entry) ?? UNRECOGNIZED,
    subject: entry.subject.map((candidate) => ({
      ...candidate,
      resource: RELATED_RESOURCES.find((resource) => resource === candidate.kind),
    })),
    related: Object.entries(entry.related).flatMap(([resource, paths]) =>
      paths.map((path) => [resource as RelatedResource, path] as const),
    ),
  };
}
