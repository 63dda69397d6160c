import { describe, expect, it } from 'vitest';
import { failure, problems, type Situation } from '@test/config-folder.js';

describe('YAML that cannot be read', () => {
  it.each([
    [
      'an open bracket',
      'sources: [\ntargets: {}',
      '2:1: is indented differently from its neighbours, or a bracket is not closed',
    ],
    ['an open quote', 'a: "x', '1:6: lacks a character: a closing quote, a comma, or the ":" after a key'],
    ['a tab', 'identity:\n\tundatedWindow: 1s', '2:1: is indented with a tab; use spaces'],
    [
      'two documents',
      'sources: []\n---\nsources: []',
      '2:1: begins a second document; the file may hold one only',
    ],
    ['a reserved character', 'a: @x', '1:4: starts with a reserved character; put the text in quotes'],
    ['two colons', 'a: b: c', '1:4: has a second "key:" on one line; put a text that holds ": " in quotes'],
    [
      'an unknown escape',
      'a: "\\q"',
      '1:5: has a backslash sequence that YAML does not know; write \\\\ or use single quotes',
    ],
  ])('(%s) is named with line and column', (_, yaml, expected) => {
    expect(problems({ yaml })).toContain(`chargelog.yaml:${expected}`);
  });

  it.each([
    ['an alias', 'a: *hunter2'],
    ['a tag', 'a: !hunter2 x'],
    ['a directive', '%hunter2\n---\na: 1'],
    ['a stray text', '- a\nhunter2: hunter2'],
    ['a reference without quotes', 'sources: [{ value: ${hunter2} }]'],
    ['an alias as a key', 'a: { *hunter2 : 1 }'],
  ])('(%s) is refused without repeating it', (_, yaml) => {
    expect(failure({ yaml }).message).not.toContain('hunter2');
  });

  it.each([
    ['is a folder', { env: { CHARGELOG_CONFIG: '.' } }, '.: is a folder, not a file'],
    [
      'is not UTF-8',
      { files: { 'chargelog.yaml': { content: Buffer.from([0xff]), mode: 0o600 } } },
      'chargelog.yaml: is not UTF-8 text',
    ],
  ])('(the file %s) is named', (_, situation: Situation, expected) => {
    expect(problems(situation)).toEqual([expected]);
  });

  it.each([
    ['a list', '- a', 'chargelog.yaml: must be a mapping of keys to values'],
    ['a text', 'hello', 'chargelog.yaml: must be a mapping of keys to values'],
    [
      'a key that is a number',
      '1: x',
      'chargelog.yaml: has a key that is not text (line 1); put it in quotes',
    ],
    [
      'an endless alias',
      'sources: &a [*a]',
      'chargelog.yaml:1: sources[0]: repeats itself through aliases without end',
    ],
  ])('(%s) is named', (_, yaml, expected) => {
    expect(problems({ yaml })).toEqual([expected]);
  });

  it('does not unfold an alias bomb', () => {
    const levels = Array.from({ length: 30 }, (_, level) => {
      const items = level === 0 ? 'x, x, x' : `*l${level - 1}, *l${level - 1}, *l${level - 1}`;
      return `  - &l${level} [${items}]`;
    });
    expect(problems({ yaml: `sources:\n${levels.join('\n')}` }).join('\n')).toContain('repeats itself');
  });
});
