/** Where a text stops being JSON (RFC 8259), and what should stand there. */
export interface JsonFault {
  /** Index of the first character that cannot stand there; the length of the text when it ends too early. */
  readonly at: number;
  readonly expected: string;
}

/** How much of the neighbourhood is shown on either side, in UTF-16 units. */
const SHOWN = 20;

/**
 * The first fault of a text that `JSON.parse` refuses; the engine's own messages quote the text and differ from version
 * to version. Undefined when there is none. Recursion is bounded by the caller: the text nests no deeper than is read.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const reader = new Reader(text);
  const fault = reader.value() ?? reader.end();
  return fault;
}

/**
 * One sentence for a person. The neighbourhood shows the structure alone: letters are shown as `a`, digits as `0`, because
 * a body holds personal data and the sentence is shown to those who may not read it.
 */
export function describeJsonFault(text: string, { at, expected }: JsonFault): string {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const column = at - (before.lastIndexOf('\n') + 1) + 1;
  const around = covered(text.slice(Math.max(0, at - SHOWN), at)) + '▸' + covered(text.slice(at, at + SHOWN));
  const where = `line ${line}, column ${column} (character ${at})`;
  const shown = `${expected} should stand there. Around it, with letters and digits covered: ${around} .`;
  return at < text.length
    ? `The body is not valid JSON at ${where}: ${shown}`
    : `The body ends before its JSON does, at ${where}: ${shown}`;
}

function covered(text: string): string {
  return text
    .replace(/\p{Nd}/gu, '0')
    .replace(/[\p{L}\p{M}\p{N}\p{S}]/gu, (character) => (/[+0]/.test(character) ? character : 'a'))
    .replace(/[^\x20-\x7e]/g, '?');
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(): JsonFault | undefined {
    this.space();
    const character = this.text[this.at];
    if (character === '{') return this.members();
    if (character === '[') return this.elements();
    if (character === '"') return this.string();
    const token = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
    token.lastIndex = this.at;
    const found = token.exec(this.text);
    if (found === null) return this.fault('a value');
    this.at += found[0].length;
    return undefined;
  }

  end(): JsonFault | undefined {
    this.space();
    return this.at < this.text.length ? this.fault('nothing more') : undefined;
  }

  private members(): JsonFault | undefined {
    this.at += 1;
    if (this.takes('}')) return undefined;
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') return this.fault('a name in quotes');
      const fault = this.string() ?? (this.takes(':') ? this.value() : this.fault('a colon'));
      if (fault !== undefined) return fault;
      if (this.takes('}')) return undefined;
      if (!this.takes(',')) return this.fault('a comma or }');
    }
  }

  private elements(): JsonFault | undefined {
    this.at += 1;
    if (this.takes(']')) return undefined;
    for (;;) {
      const fault = this.value();
      if (fault !== undefined) return fault;
      if (this.takes(']')) return undefined;
      if (!this.takes(',')) return this.fault('a comma or ]');
    }
  }

  private string(): JsonFault | undefined {
    for (let at = this.at + 1; at < this.text.length; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === 0x22) {
        this.at = at + 1;
        return undefined;
      }
      if (code < 0x20)
        return this.faultAt(at, 'an escape like \\n (a control character cannot stand in a text)');
      if (code !== 0x5c) continue;
      const escape = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;
      escape.lastIndex = at + 1;
      const found = escape.exec(this.text);
      if (found === null) return this.faultAt(at + 1, 'one of " \\ / b f n r t u after the backslash');
      at += found[0].length;
    }
    return this.faultAt(this.text.length, 'a closing quote');
  }

  private space(): void {
    while (' \t\n\r'.includes(this.text[this.at] ?? '-')) this.at += 1;
  }

  private takes(character: string): boolean {
    this.space();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private fault(expected: string): JsonFault {
    return this.faultAt(this.at, expected);
  }

  private faultAt(at: number, expected: string): JsonFault {
    return { at, expected };
  }
}
