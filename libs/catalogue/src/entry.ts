import type { JsonObject, RelatedResource, Subject } from '@chargelog/domain';
import { idText, valueAt } from './body.js';

/** How sure we are that AMPECO sends this name: in its specification, in captured traffic, or reasoned from either. */
export type Evidence = 'documented' | 'seen' | 'inferred';

/** A way to an id: member names from the body's top. */
export type Path = readonly string[];

/** Decides the event type; undefined when the deciding field holds a value nobody knows. */
export interface TypeRule {
  /** Every type the rule can give. */
  readonly types: readonly string[];
  /** True when it gives one whatever the body holds. */
  readonly total: boolean;
  readonly typeOf: (body: JsonObject) => string | undefined;
}

/** What the notification is about. */
export interface SubjectRule {
  readonly kinds: readonly string[];
  readonly subjectOf: (body: JsonObject) => Subject | undefined;
}

/** One notification name of AMPECO, as far as naming, typing and finding it goes. */
export interface CatalogueEntry {
  /** The value of `notification`. */
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  readonly evidence: Evidence;
  /** AMPECO sends it still, but calls it deprecated. */
  readonly deprecated: boolean;
  readonly supersededBy: string | undefined;
  /** Unknown values of the deciding field give `{resource}.changed`, so that types stay a closed set. */
  readonly resource: string;
  readonly type: TypeRule;
  readonly subject: SubjectRule;
  /** Ids beyond the top-level `chargePointId`, `evseId`, `sessionId`, `userId` and `locationId`, which every body is searched for. */
  readonly related: Readonly<Partial<Record<RelatedResource, readonly Path[]>>>;
}

type EntryDeclaration = Pick<CatalogueEntry, 'name' | 'title' | 'resource' | 'type' | 'subject'> &
  Partial<Pick<CatalogueEntry, 'evidence' | 'supersededBy' | 'deprecated' | 'related'>>;

export function defineNotification(declaration: EntryDeclaration): CatalogueEntry {
  return {
    evidence: 'documented',
    supersededBy: undefined,
    deprecated: declaration.supersededBy !== undefined,
    related: {},
    ...declaration,
  };
}

/** The name alone decides. */
export function fixed(type: string): TypeRule {
  return { types: [type], total: true, typeOf: () => type };
}

/**
 * A field's value decides, through a closed table. `absent` is the type where the field is missing or null; without it a
 * missing field is an unknown value.
 */
export function byField(field: string, table: Readonly<Record<string, string>>, absent?: string): TypeRule {
  const types = new Map(Object.entries(table));
  return {
    total: false,
    types: [...new Set([...types.values(), ...(absent === undefined ? [] : [absent])])],
    typeOf: (body) => {
      const value = Object.hasOwn(body, field) ? body[field] : undefined;
      if (value === undefined || value === null) return absent;
      return typeof value === 'string' ? types.get(value) : undefined;
    },
  };
}

/** `{prefix}.{action}` for the actions named, as AMPECO spells them. */
export function byAction(prefix: string, actions: readonly string[], absent?: string): TypeRule {
  return byField(
    'action',
    Object.fromEntries(actions.map((action) => [action, `${prefix}.${action}`])),
    absent,
  );
}

/** The first path that leads to an id gives the subject. */
export function subjectAt(kind: string, ...paths: readonly Path[]): SubjectRule {
  return {
    kinds: [kind],
    subjectOf: (body) => {
      for (const path of paths) {
        const id = idText(valueAt(body, path));
        if (id !== undefined) return { kind, id };
      }
      return undefined;
    },
  };
}

/** The first rule that finds its id gives the subject. */
export function firstSubject(...rules: readonly SubjectRule[]): SubjectRule {
  return {
    kinds: rules.flatMap((rule) => rule.kinds),
    subjectOf: (body) => {
      for (const rule of rules) {
        const subject = rule.subjectOf(body);
        if (subject !== undefined) return subject;
      }
      return undefined;
    },
  };
}
