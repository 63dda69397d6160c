import { EventFlag, RELATED_RESOURCES, relatedColumn, withExactIds } from '@chargelog/domain';
import type { JsonObject, ReadNotification, RelatedResource, Subject } from '@chargelog/domain';
import { idText, isBlank, valueAt, type Path } from './body-values.js';
import { fallbackTypeOf, UNRECOGNIZED } from './catalogue.js';
import { departuresOf, UNKNOWN_NAME } from './conformance/conformance.js';
import { isViolation, MAX_DEPARTURES, toStep, type Departure } from './conformance/departure.js';
import type { CatalogueEntry, SubjectCandidate } from './entry.js';
import { NOTIFICATIONS } from './notifications/index.js';

/** Ids of the resources that an event can be found by. */
type RelatedIds = Partial<Record<RelatedResource, bigint>>;

/** Those found so far. */
interface Found {
  readonly columns: RelatedIds;
  /** Of ids that are no numbers of at most 18 digits: what stands in the body. Mostly there are none. */
  texts: Partial<Record<RelatedResource, string>> | undefined;
}

/** What the catalogue finds in one body. */
export interface Recognition {
  /** One of EVENT_TYPES; `unrecognized` for a name the catalogue does not hold. */
  readonly type: string;
  /** The id as AMPECO wrote it, a number as decimal text. Undefined where the body does not give one. */
  readonly subject: Subject | undefined;
  /** As the columns of `event` hold them, see `relatedColumn`. */
  readonly related: Readonly<RelatedIds>;
  /** The texts of those that the columns hold as a hash; undefined where there are none. */
  readonly relatedTexts: Readonly<Partial<Record<RelatedResource, string>>> | undefined;
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

/** What the catalogue finds in a body, with every digit of its ids. */
export function recognizeBody(read: ReadNotification): Recognition {
  return recognize(read.notification, read.value, withExactIds(read));
}

/**
 * Finds the event's type, its subject and the related ids. Never throws and refuses no body: an unknown name gives the type
 * `unrecognized`. Runs once per delivery, within a microsecond.
 *
 * @param exact the body with ids that no number holds as text
 */
export function recognize(notification: string, body: JsonObject, exact: JsonObject = body): Recognition {
  const compiled = COMPILED.get(notification);
  if (compiled === undefined) {
    const found: Found = { columns: {}, texts: undefined };
    addTopLevel(found, exact);
    return {
      type: UNRECOGNIZED,
      subject: undefined,
      related: found.columns,
      relatedTexts: found.texts,
      flags: EventFlag.unrecognized,
      supersededBy: undefined,
      departures: UNKNOWN_NAME,
    };
  }

  const { entry } = compiled;
  const type = entry.type.typeOf(body);

  // The first id found of a resource is kept. The subject's own id comes first, so that a column never contradicts the
  // subject; then come nested objects. Top-level names come last, as AMPECO documents none beside a nested object.
  const found: Found = { columns: {}, texts: undefined };
  const subject = findSubject(compiled, exact, found);
  for (const [resource, path] of compiled.related) {
    if (found.columns[resource] === undefined) addId(found, resource, valueAt(exact, path));
  }
  addTopLevel(found, exact);

  let departures = departuresOf(notification, body);
  if (type === undefined) departures = withUndecidedType(departures, entry, body);
  if (subject === null || (subject === undefined && entry.subjectRequired))
    departures = withUnreadableSubject(departures, entry, body);
  const isNonconforming = departures.some(isViolation);

  return {
    type: type ?? compiled.fallbackType,
    subject: subject ?? undefined,
    related: found.columns,
    relatedTexts: found.texts,
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
function findSubject(compiled: Compiled, body: JsonObject, found: Found): Subject | null | undefined {
  for (const { kind, path, resource } of compiled.subject) {
    const value = valueAt(body, path);
    if (isBlank(value)) continue;
    const id = idText(value);
    if (id === undefined) return null;
    if (resource !== undefined) addId(found, resource, value);
    return { kind, id };
  }
  return undefined;
}

function addTopLevel(found: Found, body: JsonObject): void {
  const { columns } = found;
  if (columns.chargePoint === undefined) addId(found, 'chargePoint', body['chargePointId']);
  if (columns.evse === undefined) addId(found, 'evse', body['evseId']);
  if (columns.session === undefined) addId(found, 'session', body['sessionId']);
  if (columns.user === undefined) addId(found, 'user', body['userId']);
  if (columns.location === undefined) addId(found, 'location', body['locationId']);
}

function addId(found: Found, resource: RelatedResource, value: unknown): void {
  if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)) {
    found.columns[resource] = BigInt(value); // as nearly all are
    return;
  }
  const id = idText(value);
  // Nobody asks for an id with control characters: no parameter holds them.
  if (id === undefined || /\p{Cc}/u.test(id)) return;
  const column = relatedColumn(id);
  found.columns[resource] = column;
  if (column < 0n) (found.texts ??= {})[resource] = id;
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
