import type { Place } from './place.js';

/** A type of values: its name, its schema, and how a value is checked and read. */
export interface Type<T> {
  /** For the reference page, in Markdown. */
  readonly title: string;
  /** Of the value as it is written, where a reference may stand for a text. Empty for variables. */
  readonly schema: JsonSchema;
  /** Gives what the program uses, or reports what is wrong and gives undefined. Messages never quote the value. */
  read(value: unknown, at: Place): T | undefined;
  /** Made of the examples of the settings inside. */
  readonly example?: unknown;
  /** What stands inside a mapping or a list; the reference page and the summary walk through it. */
  readonly settings?: Settings;
  readonly item?: Type<unknown>;
  readonly choices?: readonly Section<unknown>[];
}

/** What the program gets for a value of a type. */
export type Infer<X> = X extends Type<infer T> ? T : never;

export interface Section<T> extends Type<T> {
  readonly settings: Settings;
  readonly heading?: string;
  readonly description?: string;
}

/** JSON Schema 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface SettingOptions<T> {
  /** As it would be written. A setting that has no default and is not optional is required. */
  readonly default?: unknown;
  /** What holds when it is unset, where the default does not say it; Markdown. */
  readonly unset?: string;
  /** As it would be written, for the example of the reference page. */
  readonly example?: unknown;
  /** Its words in the start-up summary, `name: value` when left out. */
  readonly summary?: false | ((value: T) => string | readonly string[]);
}

/** `Optional`: true where the value may be absent. `Name`: what the program calls it, '' for the written name. */
export interface Setting<
  T = unknown,
  Optional extends boolean = boolean,
  Name extends string = string,
> extends SettingOptions<never> {
  readonly type: Type<T>;
  readonly description: string;
  readonly optional?: Optional;
  readonly as?: Name;
}

/** Settings by the name they are written with: a key of the YAML file or an environment variable. */
export type Settings = Readonly<Record<string, Setting>>;

/** Declares a setting. The description is Markdown, one paragraph. */
export function setting<T, const Optional extends boolean = false, const Name extends string = ''>(
  type: Type<T>,
  description: string,
  options: SettingOptions<T> & { readonly optional?: Optional; readonly as?: Name } = {},
): Setting<T, NoInfer<Optional>, NoInfer<Name>> {
  return { type, description, ...options };
}

export function isRequired(setting: Setting): boolean {
  return setting.optional !== true && setting.default === undefined;
}

/** What the program gets for settings. Of two with one name in the program it gets either. */
export type Values<S extends Settings> = Simplified<
  { readonly [K in keyof S as IsOptional<S[K]> extends true ? never : NameOf<S, K>]: ValueOf<S[K]> } & {
    readonly [K in keyof S as IsOptional<S[K]> extends true ? NameOf<S, K> : never]?: ValueOf<S[K]>;
  }
>;
type Simplified<T> = { [K in keyof T]: T[K] };
type ValueOf<X> = X extends Setting<infer T> ? T : never;
type IsOptional<X> = X extends Setting<unknown, infer Optional> ? Optional : never;
type NameOf<S, K extends keyof S> =
  S[K] extends Setting<unknown, boolean, infer Name> ? (Name extends '' ? K : Name) : never;
