import type { NameTable } from './name-table.js';
import type { Row } from './standards-member.js';

/** What a walk over a body does, compiled from the declarations of its fields. Made once, used for every body. */
export interface Plan {
  readonly root: ObjectPlan;
  /** Members that are not declared are looked at, and left out where their name says that they are sensitive. */
  readonly masks: boolean;
}

/** What is done with a value by the place where it stands. A value of another type than the one meant is left alone. */
export interface ValuePlan {
  /** The value needs no look at all. */
  readonly idle: boolean;
  readonly conversion: 'none' | 'id' | 'instant' | 'localInstant' | 'word';
  /** `""` becomes null. */
  readonly blankIsNull: boolean;
  /** `[]` becomes `{}`. */
  readonly emptyListIsMap: boolean;
  /** Of a word: other spelling to the one of normalized data. */
  readonly aliases: ReadonlyMap<string, string> | undefined;
  /** Of a word: its row in a table of the standards. */
  readonly rows: ReadonlyMap<string, Row> | undefined;
  readonly nullRow: Row | undefined;
  /** Undefined: an object here is copied. */
  readonly members: ObjectPlan | undefined;
  /** Undefined: a list here is copied. */
  readonly items: ValuePlan | undefined;
}

export interface ObjectPlan {
  readonly names: NameTable<Spelling>;
  /** Some member may stand under several names. */
  readonly aliases: boolean;
  /** For members whose names are not in the table. */
  readonly rest: ValuePlan;
}

/** One name under which a declared member may stand in a body. */
export interface Spelling {
  readonly name: string;
  readonly member: MemberPlan;
  /** The member gets another name in the normalized text. */
  readonly renames: boolean;
}

export interface MemberPlan {
  /** Its name in normalized data. */
  readonly key: string;
  /** The same as a JSON string. */
  readonly keyToken: string;
  /** Numbers the members of its object that may stand under several names, from 0; -1 for all others. */
  readonly slot: number;
  readonly sensitive: boolean;
  readonly value: ValuePlan;
}
