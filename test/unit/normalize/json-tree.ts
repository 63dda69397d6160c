/** JSON as it is written: members in order with repetitions, numbers as their digits, strings by value. */
export type Tree =
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Tree])[] }
  | { readonly kind: 'list'; readonly items: readonly Tree[] }
  | { readonly kind: 'string'; readonly value: string }
  /** A number, `true`, `false` or `null`. */
  | { readonly kind: 'token'; readonly token: string };

/** How the writer may vary what JSON leaves open. */
export interface Style {
  readonly string: (value: string) => string;
  readonly space: () => string;
}

export const COMPACT: Style = { string: (value) => JSON.stringify(value), space: () => '' };

export function write(tree: Tree, style: Style = COMPACT): string {
  const { string, space } = style;
  const parts = (inner: readonly string[]) => inner.map((part) => space() + part + space()).join(',');
  switch (tree.kind) {
    case 'token':
      return tree.token;
    case 'string':
      return string(tree.value);
    case 'list':
      return `[${parts(tree.items.map((item) => write(item, style)))}]`;
    case 'object':
      return `{${parts(tree.members.map(([name, value]) => `${string(name)}${space()}:${space()}${write(value, style)}`))}}`;
  }
}

/** For people: like `JSON.stringify(…, 2)`, but numbers keep their digits. */
export function indent(tree: Tree, margin = ''): string {
  const inner = `${margin}  `;
  const block = (open: string, parts: readonly string[], close: string) =>
    parts.length === 0
      ? open + close
      : `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${margin}${close}`;
  switch (tree.kind) {
    case 'list':
      return block(
        '[',
        tree.items.map((item) => indent(item, inner)),
        ']',
      );
    case 'object':
      return block(
        '{',
        tree.members.map(([name, value]) => `${JSON.stringify(name)}: ${indent(value, inner)}`),
        '}',
      );
    default:
      return write(tree);
  }
}

/** Reads any valid JSON; slow, and on purpose nothing like the code under test. */
export function read(text: string): Tree {
  JSON.parse(text);
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let next = 0;
  const value = (): Tree => {
    const token = tokens[next++] ?? '';
    if (token === '[') {
      const items: Tree[] = [];
      while (tokens[next] !== ']') {
        items.push(value());
        if (tokens[next] === ',') next++;
      }
      next++;
      return { kind: 'list', items };
    }
    if (token === '{') {
      const members: [string, Tree][] = [];
      while (tokens[next] !== '}') {
        const name = JSON.parse(tokens[next] ?? '') as string;
        next += 2;
        members.push([name, value()]);
        if (tokens[next] === ',') next++;
      }
      next++;
      return { kind: 'object', members };
    }
    if (token.startsWith('"')) return { kind: 'string', value: JSON.parse(token) as string };
    return { kind: 'token', token };
  };
  return value();
}
