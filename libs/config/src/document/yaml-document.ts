import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import { EMPTY_VALUE, type Place } from '../declare/place.js';
import { resolveReferences } from './references.js';

export interface YamlDocument {
  /** Mappings (without prototype), lists and scalars, references replaced. Undefined when it is not readable YAML. */
  readonly value: unknown;
  readonly variables: ReadonlySet<string>;
}

/** Aliases may repeat a value; a document of this size is already absurd, and a bomb is far larger. */
const MAX_NODES = 10_000;

/**
 * Reads the text of the YAML file into plain values and reports what is wrong with it as YAML: syntax, duplicate keys,
 * keys without a value, references that do not resolve.
 */
export function readYamlDocument(text: string, env: NodeJS.ProcessEnv, file: Place): YamlDocument {
  const lines = new LineCounter();
  // Duplicate keys are found by the walk below, which can name the path; the parser would only give an offset.
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, lineCounter: lines });
  for (const error of [...document.errors, ...document.warnings]) {
    const { line, col } = lines.linePos(error.pos[0]);
    file.addAt(line, col, SYNTAX[error.code] ?? 'is not valid YAML here');
  }
  // After a syntax error the tree is a guess; judging it would bury the cause under its consequences.
  if (document.errors.length > 0) return { value: undefined, variables: new Set() };

  const walk = new Walk(document, lines, env);
  return { value: walk.root(file), variables: walk.variables };
}

/** Our own sentences by the parser's code: its messages quote the source, in which secrets may stand. */
const SYNTAX: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'refers (*) to an anchor that is not defined before; put the text in quotes if it is none',
  BAD_DQ_ESCAPE: 'has a backslash sequence that YAML does not know; write \\\\ or use single quotes',
  BAD_INDENT: 'is indented differently from its neighbours, or a bracket is not closed',
  BAD_SCALAR_START: 'starts with a reserved character; put the text in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'has a second "key:" on one line; put a text that holds ": " in quotes',
  MISSING_CHAR: 'lacks a character: a closing quote, a comma, or the ":" after a key',
  MULTIPLE_DOCS: 'begins a second document; the file may hold one only',
  TAB_AS_INDENT: 'is indented with a tab; use spaces',
  TAG_RESOLVE_FAILED: 'has a tag (!) that is not known; put the text in quotes',
  UNEXPECTED_TOKEN:
    'does not belong here; a text with special characters, as ${NAME} inside braces, needs quotes',
};

function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

class Walk {
  readonly variables = new Set<string>();
  readonly #open = new Set<Node>();
  #nodes = 0;

  constructor(
    private readonly document: Document.Parsed,
    private readonly lines: LineCounter,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  root(file: Place): unknown {
    const { contents } = this.document;
    // An empty file, or one of comments only, configures nothing.
    if (isEmpty(contents)) return {};
    return this.#value(contents, file);
  }

  #value(node: Node | null | undefined, at: Place): unknown {
    const target = isAlias(node) ? node.resolve(this.document) : node;
    if (isAlias(node) && target === undefined) return at.markBroken(SYNTAX['BAD_ALIAS'] ?? '');
    if (target === null || target === undefined) return at.markBroken(EMPTY_VALUE);
    if (++this.#nodes > MAX_NODES || this.#open.has(target)) {
      return at.markBroken('repeats itself through aliases without end');
    }
    if (isScalar(target)) return this.#scalar(target.value, at);
    this.#open.add(target);
    try {
      if (isSeq(target)) return target.items.map((item, index) => this.#item(item as Node, at.child(index)));
      return isMap(target) ? this.#mapping(target.items as Pair<Node, Node | null>[], at) : undefined;
    } finally {
      this.#open.delete(target);
    }
  }

  #mapping(pairs: readonly Pair<Node, Node | null>[], at: Place): Record<string, unknown> {
    const mapping = Object.create(null) as Record<string, unknown>;
    for (const { key, value } of pairs) {
      const name = isScalar(key) && typeof key.value === 'string' ? key.value : undefined;
      if (name === undefined)
        at.add(`has a key that is not text (line ${this.#lineOf(key)}); put it in quotes`);
      else if (name in mapping)
        at.child(name).add(`is given a second time on line ${this.#lineOf(key)}; keep one of the two`);
      else {
        at.child(name).locate(this.#lineOf(key));
        // Kept as null, not reported yet: only the section that knows its keys can tell a key without a value from a
        // value that lost its key, which must not be printed.
        mapping[name] = isEmpty(value) ? null : this.#value(value, at.child(name));
      }
    }
    return mapping;
  }

  #item(item: Node, at: Place): unknown {
    at.locate(this.#lineOf(item));
    return this.#value(item, at);
  }

  #scalar(value: unknown, at: Place): unknown {
    if (value === null) return at.markBroken(EMPTY_VALUE);
    if (typeof value !== 'string') return value;
    const resolved = resolveReferences(value, this.env, at.folder);
    for (const variable of resolved.variables) this.variables.add(variable);
    if (resolved.file !== undefined) at.refer(resolved.file);
    return resolved.text ?? at.markBroken(resolved.problems.join('; it '));
  }

  #lineOf(node: Node): number {
    return this.lines.linePos(node.range?.[0] ?? 0).line;
  }
}
