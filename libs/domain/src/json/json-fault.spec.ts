import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeJsonFault, findJsonFault } from './json-fault.js';

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('findJsonFault', () => {
  it.each([
    ['', 0, 'a value'],
    ['{"a":}', 5, 'a value'],
    ['{"a":1,}', 7, 'a name in quotes'],
    ["{'a':1}", 1, 'a name in quotes'],
    ['{"a" 1}', 5, 'a colon'],
    ['{"a":1 "b":2}', 7, 'a comma or }'],
    ['[1 2]', 3, 'a comma or ]'],
    ['{"a":"b', 7, 'a closing quote'],
    ['{"a":"\\x"}', 7, 'one of " \\ / b f n r t u after the backslash'],
    ['{"a":01}', 6, 'a comma or }'],
    ['{"a":NaN}', 5, 'a value'],
    ['{"a":1}\n{"a":2}', 8, 'nothing more'],
  ])('finds in %s the character %i, where %s should stand', (text, at, expected) => {
    expect(findJsonFault(text)).toEqual({ at, expected });
  });

  it('finds a fault exactly where JSON.parse does', () => {
    const snippet = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      '1',
      '-',
      '.',
      'e',
      'true',
      ' ',
      '\n',
      'a',
      '\u0001',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.array(snippet, { maxLength: 12 }).map((parts) => parts.join('')),
        ),
        (text) => {
          expect(findJsonFault(text) === undefined).toBe(parses(text));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('describeJsonFault', () => {
  it('shows line, column and structure, and nothing that could be personal', () => {
    const text = '{\n  "email": "ada@example.org",\n  "iban": DE02120300000000202051\n}';
    const fault = findJsonFault(text);
    const said = fault && describeJsonFault(text, fault);
    expect(said).toBe(
      'The body is not valid JSON at line 3, column 11 (character 42): a value should stand there. ' +
        'Around it, with letters and digits covered: aaa.aaa",?  "aaaa": ▸aa000000000000000000 .',
    );
    expect(said).not.toMatch(/ada|DE02|example/);
  });
});
