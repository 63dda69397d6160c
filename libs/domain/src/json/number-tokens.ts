import { mayBeInexact } from './scan-json.js';

/** A number as it stood in the text, kept because a double may not hold it exactly. */
export class NumberToken {
  constructor(readonly text: string) {}
}

/** The tree of `JSON.parse`, with a {@link NumberToken} where {@link mayBeInexact} says so. */
export type TokenValue = string | number | boolean | null | NumberToken | TokenValue[] | TokenObject;
export interface TokenObject {
  [name: string]: TokenValue;
}

/**
 * Parses text that `JSON.parse` has accepted and whose depth has been limited, keeping the number tokens that a
 * double could change. `JSON.parse` itself shows tokens to a reviver only from Node 21 on.
 *
 * Recursive, and about twice as slow as `JSON.parse`: for the rare body with such a token. For any other text the
 * result means nothing.
 */
export function parseKeepingNumbers(text: string): TokenValue {
  return new TokenParser(text).value();
}

class TokenParser {
  private at = 0;

  constructor(private readonly text: string) {}

  value(): TokenValue {
    this.skipSpace();
    switch (this.text.charCodeAt(this.at)) {
      case 0x7b /* { */:
        return this.object();
      case 0x5b /* [ */:
        return this.array();
      case 0x22 /* " */:
        return this.string();
      case 0x74 /* t */:
        this.at += 4;
        return true;
      case 0x66 /* f */:
        this.at += 5;
        return false;
      case 0x6e /* n */:
        this.at += 4;
        return null;
      default:
        return this.number();
    }
  }

  private object(): TokenObject {
    const object: TokenObject = {};
    while (this.hasNext(0x7d /* } */)) {
      const name = this.string();
      this.skipSpace();
      this.at++; // the colon
      const value = this.value();
      if (name === '__proto__') defineOwn(object, name, value);
      else object[name] = value;
    }
    return object;
  }

  private array(): TokenValue[] {
    const array: TokenValue[] = [];
    while (this.hasNext(0x5d /* ] */)) array.push(this.value());
    return array;
  }

  /** Steps over the opening bracket or a comma; false, and behind it, at the closing bracket or the end of the text. */
  private hasNext(closing: number): boolean {
    this.skipSpace();
    if (this.text.charCodeAt(this.at) !== closing) {
      this.at++;
      this.skipSpace();
    }
    if (this.at < this.text.length && this.text.charCodeAt(this.at) !== closing) return true;
    this.at++;
    return false;
  }

  private string(): string {
    const start = this.at;
    let escaped = false;
    for (this.at++; this.at < this.text.length; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code === 0x22) break;
      if (code === 0x5c) {
        escaped = true;
        this.at++;
      }
    }
    this.at++;
    if (!escaped) return this.text.slice(start + 1, this.at - 1);
    return JSON.parse(this.text.slice(start, this.at)) as string;
  }

  private number(): number | NumberToken {
    const start = this.at;
    while (isNumberPart(this.text.charCodeAt(this.at))) this.at++;
    if (this.at === start) this.at++; // cannot happen in JSON; keeps the promise that parsing ends
    const token = this.text.slice(start, this.at);
    return mayBeInexact(token) ? new NumberToken(token) : Number(token);
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }
}

/** Plain assignment to `__proto__` would set the prototype; `JSON.parse` makes an own property of it. */
function defineOwn(object: TokenObject, name: string, value: TokenValue): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

function isNumberPart(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d /* - */ ||
    code === 0x2e /* . */ ||
    code === 0x65 /* e */ ||
    code === 0x45 /* E */ ||
    code === 0x2b /* + */
  );
}
