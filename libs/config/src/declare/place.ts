import type { ConfigProblem } from '../config-error.js';

/** What a key or list item without a value is reported with. */
export const EMPTY_VALUE = 'is empty; give it a value or remove it';

interface Origin {
  /** Relative paths start here. */
  readonly folder: string;
  /** Name of the YAML file to show, as the operator wrote it; undefined for the environment. */
  readonly file: string | undefined;
  readonly lines: Map<string, number>;
  readonly files: Map<string, string>;
  readonly broken: Set<string>;
  readonly found: { readonly line: number; readonly problem: ConfigProblem }[];
}

/**
 * A variable, or a place in the YAML file, where problems are reported. A *broken* place is one whose value could not be
 * determined (empty, or an unresolved reference): it has been reported once, and what later checks would say about the
 * missing value is dropped.
 */
export class Place {
  private constructor(
    private readonly origin: Origin,
    /** `sources[1].brokers[0]`; a key that is no plain word is quoted: `perNotification["session.updated"]`. */
    readonly path: string,
    private readonly parent?: Place,
  ) {}

  /** The environment, or the whole of a file. */
  static whole(folder: string, file?: string): Place {
    return new Place({ folder, file, lines: new Map(), files: new Map(), broken: new Set(), found: [] }, '');
  }

  get folder(): string {
    return this.origin.folder;
  }

  child(key: string | number): Place {
    const isPlain = typeof key === 'string' && /^[A-Za-z_][\w-]*$/.test(key);
    const step = isPlain ? `.${key}` : `[${JSON.stringify(key)}]`;
    return new Place(this.origin, `${this.path}${step}`.replace(/^\./, ''), this);
  }

  /** A variable, whatever its name is made of. */
  variable(name: string): Place {
    return new Place(this.origin, name);
  }

  /** Says on which line of the file it stands. */
  locate(line: number): void {
    this.origin.lines.set(this.path, line);
  }

  /** Says that its value was read from a file. */
  refer(file: string): void {
    this.origin.files.set(this.path, file);
  }

  /** Absolute path of the file that its value was read from; undefined when it stands here itself. */
  get referredFile(): string | undefined {
    return this.origin.files.get(this.path);
  }

  /** Reports a problem. Gives undefined, for what cannot be read. */
  add(why: string): undefined {
    const { file, broken, found } = this.origin;
    if (broken.has(this.path)) return;
    const line = this.line;
    const where = [line === undefined ? file : `${file}:${line}`, this.path].filter(Boolean).join(': ');
    found.push({ line: line ?? 0, problem: { where, why } });
  }

  markBroken(why: string): undefined {
    this.add(why);
    this.origin.broken.add(this.path);
  }

  /** Reports a problem of the file that has no path. */
  addAt(line: number, column: number, why: string): void {
    this.origin.found.push({ line, problem: { where: `${this.origin.file}:${line}:${column}`, why } });
  }

  /** All that was reported, in the order of the lines. */
  get problems(): readonly ConfigProblem[] {
    return this.origin.found.toSorted((a, b) => a.line - b.line).map((entry) => entry.problem);
  }

  /** A missing key has no line of its own: that of the nearest mapping around it helps more than none. */
  private get line(): number | undefined {
    return this.origin.lines.get(this.path) ?? this.parent?.line;
  }
}
