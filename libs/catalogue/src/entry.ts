import type { RelatedResource } from '@chargelog/domain';
import type { Members } from './body-schema/field.js';
import type { Path } from './body.js';
import type { Evidence } from './evidence.js';
import type { TypeRule } from './type-rule.js';

/** A place where the subject's id can stand, and what it is the id of. */
export interface SubjectCandidate {
  readonly kind: string;
  readonly path: Path;
}

/** One notification name of AMPECO, as far as naming, typing and finding it goes. Data, so that it can be listed and documented. */
export interface CatalogueEntry {
  /** The value of `notification`. */
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  /** What a reader has to know besides, in sentences of Markdown: when it is not sent, what tells a failure from a success. */
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
   * Where the subject's id stands. The first place that is not blank decides, even when what it holds is no id: a status
   * of an unreadable EVSE must not pass for a status of the whole charge point.
   */
  readonly subject: readonly SubjectCandidate[];
  /** AMPECO's specification requires the subject's id: without it the body is nonconforming. */
  readonly subjectRequired: boolean;
  /**
   * Ids of related resources that stand neither in the subject nor in the top-level `chargePointId`, `evseId`,
   * `sessionId`, `userId` and `locationId`, for which every body is searched.
   */
  readonly related: Readonly<Partial<Record<RelatedResource, readonly Path[]>>>;
  /** What AMPECO documents of the body's members, `notification` left out: it is there, or the entry is not found. */
  readonly body: Members;
  /** Major version of the normalized data: raised by a change that is not additive. */
  readonly major: number;
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
