import { EventFlag, RELATED_RESOURCES } from '@chargelog/domain';
import type { JsonObject, RelatedResource, Subject } from '@chargelog/domain';
import { idNumber, idText, isBlank, valueAt, type Path } from './body-values.js';
import { fallbackTypeOf, UNRECOGNIZED } from './catalogue.js';
import { departuresOf, UNKNOWN_NAME } from './conformance/conformance.js';
import { isViolation, MAX_DEPARTURES, toStep, type Departure } from './conformance/departure.js';
import type { CatalogueEntry, SubjectCandidate } from './entry.js';
import { NOTIFICATIONS } from './notifications/index.js';

/** Ids of the resources that an event can be found by. */
type RelatedIds = Partial<Record<RelatedResource, bigint>>;

/** What the catalogue finds in one body. */
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
  /** How the body differs from the catalogue. A body is nonconforming when at least one of them is a violation. */
  readonly departures: readonly Departure[];
}

/** An entry prepared for `recognize`: what does not depend on the body is decided once. */
interface Compiled {
  readonly entry: CatalogueEntry;
  readonly flags: number;
  /** Never used where the entry's type rule is total. */
  readonly fallbackType: string;
  readonly subject: readonly (SubjectCandidate & { readonly resource: RelatedResource | undefined })[];
  readonly related: readonly (readonly [RelatedResource, Path])[];
}

const COMPILED: ReadonlyMap<string, Compiled> = new Map(
  NOTIFICATIONS.map((entry) => [entry.name, compile(entry)]),
);

/**
 * Finds the event's type, its subject and the related ids. Never throws and refuses no body: an unknown name gives the type
 * `unrecognized`. Runs once per delivery, within a microsecond.
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

  // The first id found of a resource is kept. The subject's own id comes first, so that a column never contradicts the
  // subject; then come nested objects. Top-level names come last, as AMPECO documents none beside a nested object.
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

/** A body without the deciding member has no type, even where AMPECO's specification does not require the member. */
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

/** A value of the documented type may still be no valid id: empty, longer than 255 characters, or with a NUL. */
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

/** Whether a violation of this place, or of an object around it, is listed already: one cause is reported once. */
function isExplained(path: string, departures: readonly Departure[]): boolean {
  return departures.some(
    (departure) => isViolation(departure) && `${path}/`.startsWith(`${departure.path}/`),
  );
}

function withViolation(departures: readonly Departure[], violation: Departure): readonly Departure[] {
  return [violation, ...departures].slice(0, MAX_DEPARTURES);
}

/** Null when the subject's place holds something that is no id; undefined when it holds nothing. */
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
