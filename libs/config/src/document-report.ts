import type { ConfigProblem } from './config-error.js';

/** `sources[1].brokers[0]`; a key that is no plain word is quoted: `perNotification["session.updated"]`. */
export function childPath(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

/**
 * Collects the problems of one YAML file under the paths of its values. A *broken* path is one whose value could not
 * be determined (empty, or an unresolved reference): it has been reported once, and what later checks would say about
 * the missing value is dropped.
 */
export class DocumentReport {
  readonly #lines = new Map<string, number>();
  readonly #broken = new Set<string>();
  readonly #found: { line: number; problem: ConfigProblem }[] = [];

  /** `file` is the name to show, as the operator wrote it. */
  constructor(readonly file: string) {}

  locate(path: string, line: number): void {
    this.#lines.set(path, line);
  }

  markBroken(path: string, why: string): void {
    this.add(path, why);
    this.#broken.add(path);
  }

  add(path: string, why: string): void {
    if (this.#broken.has(path)) return;
    const line = this.#lineOf(path);
    const place = line === undefined ? this.file : `${this.file}:${line}`;
    this.#push(line, { where: path === '' ? place : `${place}: ${path}`, why });
  }

  addAt(line: number, column: number, why: string): void {
    this.#push(line, { where: `${this.file}:${line}:${column}`, why });
  }

  /** In the order of the lines. */
  get problems(): readonly ConfigProblem[] {
    return this.#found.toSorted((a, b) => a.line - b.line).map((entry) => entry.problem);
  }

  #push(line: number | undefined, problem: ConfigProblem): void {
    this.#found.push({ line: line ?? 0, problem });
  }

  /** A missing key has no line of its own: that of the nearest mapping around it helps more than none. */
  #lineOf(path: string): number | undefined {
    for (let at: string | undefined = path; at !== undefined; at = parentPath(at)) {
      const line = this.#lines.get(at);
      if (line !== undefined) return line;
    }
    return undefined;
  }
}

function parentPath(path: string): string | undefined {
  const last = /(\.?[A-Za-z_][\w-]*|\[\d+\]|\["(?:[^"\\]|\\.)*"\])$/.exec(path);
  return last === null ? undefined : path.slice(0, last.index);
}
