import type { JsonObject, RelatedResource } from '@chargelog/domain';
import type { Evidence, Members } from './body-schema/field.js';
import { isBlank, type Path } from './body-values.js';

/** What the catalogue holds of one notification name of AMPECO. Data, so that it can be listed and documented. */
export interface CatalogueEntry {
  /** The value of `notification`. */
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  /** What a reader also has to know, in sentences of Markdown: when it is not sent, how a failure differs from a success. */
  readonly remark: string | undefined;
  readonly evidence: Evidence;
  /** AMPECO still sends it, but calls it deprecated, or it is the older of two names for one thing. */
  readonly deprecated: boolean;
  /** The current name of the pair. */
  readonly supersededBy: string | undefined;
  /** Unknown values of the deciding field give `{resource}.changed`, nonconforming, so that types stay a closed set. */
  readonly resource: string;
  readonly type: TypeRule;
  /**
   * Where the subject's id stands. The first place that is not blank decides, even when it holds no valid id: a status of
   * an EVSE whose id cannot be read must not be taken for a status of the whole charge point.
   */
  readonly subject: readonly SubjectCandidate[];
  /** AMPECO's specification requires the subject's id: without it the body is nonconforming. */
  readonly subjectRequired: boolean;
  /**
   * Ids of related resources that stand neither in the subject nor in the top-level `chargePointId`, `evseId`,
   * `sessionId`, `userId` and `locationId`, for which every body is searched.
   */
  readonly related: Readonly<Partial<Record<RelatedResource, readonly Path[]>>>;
  /** The body's members as AMPECO documents them, without `notification`: a body that lacks it matches no entry. */
  readonly body: Members;
  /** Major version of the normalized data: raised by a change that is not additive. */
  readonly major: number;
}

/** A place where the subject's id can stand, and what it is the id of. */
export interface SubjectCandidate {
  readonly kind: string;
  readonly path: Path;
}

/** Decides the event type of a notification. */
export interface TypeRule {
  /** Every type the rule can give, without the fallback `{resource}.changed`. */
  readonly types: readonly string[];
  /** The rule gives a type whatever the body holds, so the entry has no fallback. */
  readonly total: boolean;
  /** The top-level member that decides; undefined where the name alone does. */
  readonly decidedBy: string | undefined;
  /** Undefined when the deciding field holds a value that AMPECO does not document. */
  readonly typeOf: (body: JsonObject) => string | undefined;
}

type EntryDeclaration = Pick<CatalogueEntry, 'name' | 'title' | 'resource' | 'type' | 'subject' | 'body'> &
  Partial<
    Pick<CatalogueEntry, 'remark' | 'evidence' | 'supersededBy' | 'subjectRequired' | 'related' | 'major'>
  >;

/** A documented, current notification whose subject id is required, except for what the declaration says. */
export function defineNotification(declaration: EntryDeclaration): CatalogueEntry {
  return {
    remark: undefined,
    evidence: 'documented',
    supersededBy: undefined,
    deprecated: declaration.supersededBy !== undefined,
    subjectRequired: true,
    related: {},
    major: 1,
    ...declaration,
  };
}

/** The subject's id stands at the first of these paths that is not blank. */
export function subjectAt(kind: string, ...paths: readonly Path[]): readonly SubjectCandidate[] {
  return paths.map((path) => ({ kind, path }));
}

/** The type follows from the name alone. */
export function fixed(type: string): TypeRule {
  return { types: [type], total: true, decidedBy: undefined, typeOf: () => type };
}

/** The type follows from whether a top-level field holds a value (see {@link isBlank}). */
export function byPresence(
  field: string,
  when: { readonly given: string; readonly blank: string },
): TypeRule {
  return {
    types: [when.given, when.blank],
    total: true,
    decidedBy: field,
    typeOf: (body) => (isBlank(body[field]) ? when.blank : when.given),
  };
}

/**
 * The type follows from the value of a top-level field, through a closed table of AMPECO's values. A blank field counts as
 * an unknown value, unless `whenBlank` is given and decides.
 */
export function byField(
  field: string,
  table: Readonly<Record<string, string>>,
  whenBlank?: TypeRule,
): TypeRule {
  const types = new Map(Object.entries(table));
  return {
    types: [...new Set([...types.values(), ...(whenBlank?.types ?? [])])],
    total: false,
    decidedBy: field,
    typeOf: (body) => {
      const value = body[field];
      if (typeof value === 'string' && value !== '') return types.get(value);
      return isBlank(value) ? whenBlank?.typeOf(body) : undefined;
    },
  };
}

/** `{resource}.{action}` for the actions that AMPECO documents under this name. */
export function byAction(resource: string, actions: readonly string[], whenBlank?: TypeRule): TypeRule {
  const table = Object.fromEntries(actions.map((action) => [action, `${resource}.${action}`]));
  return byField('action', table, whenBlank);
}
