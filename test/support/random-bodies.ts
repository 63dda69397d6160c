import { Buffer } from 'node:buffer';

/**
 * Bodies that try to make two implementations of the identity scheme disagree: numbers as raw tokens of every form,
 * strange strings in random escapes, repeated keys, times of many forms at every place of the own-time list, and
 * about one in five broken. The same seed gives the same bodies on every machine.
 */
export function makeRandomBodies(seed: number, count: number): readonly Buffer[] {
  const writer = new BodyWriter(toRandom(seed));
  return Array.from({ length: count }, () => writer.body());
}

/** mulberry32: 32 bits of state are plenty here, and `Math.random` cannot be seeded. */
function toRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const KEYS = [
  'a',
  'b',
  '',
  '10',
  '9',
  '-1',
  '__proto__',
  'constructor',
  'toJSON',
  'é',
  'e\u0301',
  '🔌',
  '\ufb33',
  '\ud800',
  '\udc00x',
];
const STRINGS = [
  '',
  'x',
  'https://example.org/a',
  '\u0000',
  '\b\f\n\r\t"\\/',
  '\u007f\u0080\u2028',
  '\ud83d',
  '\udd0c',
  '\uffff',
  'ß',
  '👩‍🔧',
];
const NUMBERS = [
  '0',
  '-0',
  '1.0',
  '1E2',
  '0.1',
  '1e400',
  '-1e400',
  '1e-400',
  '5e-324',
  '2.5e-324',
  '1e23',
  '9007199254740993',
  '12345678901234567890',
  '0.10000000000000000001',
  '1.7976931348623157e308',
  '1.7976931348623159e308',
  '1e21',
  '1e-7',
  '0e99999999999999999999',
  '10e99999999999999999999',
];
const BAD_VALUES = [
  'NaN',
  'Infinity',
  '-Infinity',
  '01',
  '1.',
  '.5',
  '+1',
  '-',
  '1e',
  '0x1',
  "'a'",
  'undefined',
  'True',
  '"\t"',
  '"\\x"',
  '"\\u12"',
  '[1,]',
  '{"a":1,}',
  '{a:1}',
  '',
  '//',
];
const TIME_KEYS = [
  'timestamp',
  'stoppedAtTimestamp',
  'startedAtTimestamp',
  'appliedAt',
  'lastUpdatedAt',
  'updatedAt',
  'createdAt',
  'stoppedAt',
  'startedAt',
];
const ARRAYS = ['meterValues', 'currentConsumption', 'configuration'];
const NAMES = ['BootNotification', 'session.start.stop.notification', 'idTag.changed', 'é/"\\', '🔌'];
const BAD_NAMES = ['', 'a\u0000', 'a\nb', '\u007f', '\u0085', '\ud83d', 'n'.repeat(256)];

class BodyWriter {
  constructor(private readonly random: () => number) {}

  body(): Buffer {
    const bytes = Buffer.from(this.document());
    return this.chance(0.1) ? this.damage(bytes) : bytes;
  }

  private document(): string {
    const name = this.chance(0.04) ? this.pick(BAD_NAMES) : this.pick(NAMES);
    const members: [string, string][] = [
      ['notification', this.chance(0.02) ? this.value(1) : this.string(name)],
    ];
    while (this.chance(0.45)) members.push([this.pick(TIME_KEYS), this.timeOrOther()]);
    if (this.chance(0.25)) members.push(['session', this.chance(0.1) ? this.value(1) : this.timed()]);
    if (this.chance(0.3))
      members.push([this.pick(ARRAYS), this.array(() => (this.chance(0.1) ? this.value(2) : this.timed()))]);
    while (this.chance(0.6)) members.push([this.pick(KEYS), this.value(0)]);
    if (this.chance(0.02)) members.push(['deep', this.nest(60 + this.below(8))]);
    const object = this.object(this.shuffle(this.chance(0.15) ? members : unique(members)));
    const whole = this.chance(0.02) ? this.value(0) : object;
    return `${this.chance(0.05) ? '\ufeff' : ''}${this.space()}${whole}${this.space()}${this.chance(0.01) ? '{}' : ''}`;
  }

  private value(depth: number): string {
    const kind = this.random();
    if (kind < 0.01) return this.pick(BAD_VALUES);
    if (kind < 0.3) return this.number();
    if (kind < 0.55 || depth > 4) return this.string(this.text());
    if (kind < 0.65) return this.pick(['true', 'false', 'null']);
    if (kind < 0.8) return this.array(() => this.value(depth + 1));
    const members: [string, string][] = [];
    while (this.chance(0.7)) members.push([this.pick(KEYS), this.value(depth + 1)]);
    return this.object(this.chance(0.05) ? members : unique(members));
  }

  private timed(): string {
    const members: [string, string][] = [];
    while (this.chance(0.7)) members.push([this.pick(TIME_KEYS), this.timeOrOther()]);
    return this.object(this.chance(0.05) ? members : unique(members));
  }

  private timeOrOther(): string {
    return this.chance(0.15) ? this.value(3) : this.string(this.time());
  }

  /** Mostly the grammar of the scheme, each part now and then just outside of it. */
  private time(): string {
    // Around the bounds of the times that count, and on both sides of them, as often as inside.
    const year = this.chance(0.8) ? String(2013 + this.below(25)) : this.digits(this.rarely(4, 3, 5));
    const days = this.chance(0.1) ? this.pick(['01-01', '12-31']) : undefined;
    const date = `${year}-${days ?? `${this.upTo(this.rarely(12, 99))}-${this.upTo(this.rarely(28, 31, 99))}`}`;
    const second = this.chance(0.1) ? '60' : this.upTo(this.rarely(59, 61));
    const minute = this.chance(0.1)
      ? '23:59'
      : `${this.upTo(this.rarely(23, 24))}:${this.upTo(this.rarely(59, 60))}`;
    const clock = this.chance(0.15) ? minute : `${minute}:${second}`;
    const fraction = this.chance(0.4)
      ? `${this.pick(['.', '.', ','])}${this.digits(this.rarely(this.below(8) + 1, 0))}`
      : '';
    const offset = `${this.pick(['+', '-', '-', '+', '−'])}${this.upTo(this.rarely(14, 23, 24))}${this.pick([':', ':', ''])}${this.rarely(this.upTo(this.rarely(59, 60)), '', '0')}`;
    const zone = this.pick(['', 'Z', 'Z', 'z', offset, offset, '+00:00']);
    return (
      date +
      this.pick(['T', 'T', ' ', 't', this.rarely('T', '  ', '_', '')]) +
      clock +
      fraction +
      zone +
      this.rarely('', ' ', '\n', 'Z', '٣')
    );
  }

  private number(): string {
    if (this.chance(0.4)) return this.pick(NUMBERS);
    const whole = this.chance(0.4) ? '0' : `${1 + this.below(9)}${this.digits(this.below(20))}`;
    const fraction = this.chance(0.5) ? `.${this.digits(1 + this.below(20))}` : '';
    const exponent = this.chance(0.3)
      ? `${this.pick(['e', 'E', 'e+', 'e-', 'E-'])}${this.digits(1 + this.below(this.rarely(3, 20, 60)))}`
      : '';
    const double = new Float64Array(1);
    new Uint32Array(double.buffer).set([this.below(2 ** 32), this.below(2 ** 32)]);
    if (this.chance(0.2) && Number.isFinite(double[0])) return JSON.stringify(double[0]);
    return (this.chance(0.3) ? '-' : '') + whole + fraction + exponent;
  }

  private text(): string {
    return this.chance(0.5)
      ? this.pick(STRINGS)
      : Array.from({ length: this.below(6) }, () =>
          String.fromCharCode(this.below(this.pick([128, 0x800, 0x10000]))),
        ).join('');
  }

  /** A string literal in which each character is written plain or as one of its escapes. */
  private string(text: string): string {
    let literal = '';
    for (const character of text) {
      const isForced =
        character < ' ' || character === '"' || character === '\\' || /^\p{Cs}$/u.test(character);
      if (!isForced && this.chance(0.85))
        literal += character === '/' && this.chance(0.5) ? '\\/' : character;
      else if (this.chance(0.3) && !/^\p{Cs}$/u.test(character))
        literal += JSON.stringify(character).slice(1, -1);
      else literal += this.escape(character);
    }
    return `"${literal}"`;
  }

  private escape(character: string): string {
    const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
    const hexes = units.map((unit) => unit.toString(16).padStart(4, '0'));
    return hexes.map((hex) => `\\u${this.chance(0.5) ? hex : hex.toUpperCase()}`).join('');
  }

  private array(element: () => string): string {
    const elements: string[] = [];
    while (this.chance(0.6)) elements.push(element());
    return `[${this.space()}${elements.join(`${this.space()},${this.space()}`)}${this.space()}]`;
  }

  private object(members: readonly [string, string][]): string {
    const written = members.map(
      ([name, value]) => `${this.string(name)}${this.space()}:${this.space()}${value}`,
    );
    return `{${this.space()}${written.join(`${this.space()},${this.space()}`)}${this.space()}}`;
  }

  private nest(levels: number): string {
    const isObject = Array.from({ length: levels }, () => this.chance(0.5));
    const open = isObject.map((yes) => (yes ? '{"a":' : '['));
    return `${open.join('')}0${isObject
      .toReversed()
      .map((yes) => (yes ? '}' : ']'))
      .join('')}`;
  }

  private damage(bytes: Buffer): Buffer {
    const at = this.below(bytes.length + 1);
    const inserted = Buffer.from(Array.from({ length: this.below(3) }, () => this.below(256)));
    return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + this.below(3))]);
  }

  private space(): string {
    return this.chance(0.9)
      ? ''
      : this.pick([' ', '\n', '\r\n', '\t', '  ', this.rarely(' ', '\u00a0', '\f', '\ufeff')]);
  }

  private shuffle<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, at: this.random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  }

  private digits(count: number): string {
    return Array.from({ length: count }, () => this.below(10)).join('');
  }

  /** Two digits, from 00 to a maximum. */
  private upTo(maximum: number): string {
    return String(this.below(maximum + 1)).padStart(2, '0');
  }

  private rarely<T>(usual: T, ...others: readonly T[]): T {
    return this.chance(0.94) ? usual : this.pick(others);
  }

  private pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  private chance(probability: number): boolean {
    return this.random() < probability;
  }
}

function unique(members: readonly [string, string][]): [string, string][] {
  return [...new Map(members)];
}
