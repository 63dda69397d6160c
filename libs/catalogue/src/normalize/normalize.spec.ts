import { describe, expect, it } from 'vitest';
import type { Field, Members } from '../body-schema/field.js';
import { compileNormalizer, normalize } from './render-data.js';

const TEXT: Field = { kind: 'text' };
const ID: Field = { kind: 'id', as: 'integer' };
const INSTANT: Field = { kind: 'instant' };

/** The whole result of a body without collisions. */
function normalized(body: string, members: Members): string {
  const { text, collisions } = normalize(body, compileNormalizer(members));
  expect(collisions).toEqual([]);
  return text;
}

describe('normalize', () => {
  it('gives back the same text where nothing is to be done', () => {
    const body = '{"a":1.0,"b":["x, y",{"c":" : "}],"d":{}}';
    expect(normalized(body, { a: { kind: 'number' }, b: { kind: 'anything' }, d: TEXT })).toBe(body);
    expect(normalized('{}', { a: ID })).toBe('{}');
  });

  it.each([
    ['{"id":1187}', '{"id":"1187"}'],
    ['{"id":"1187"}', '{"id":"1187"}'],
    ['{"id":0}', '{"id":"0"}'],
    ['{"id":12345678901234567890}', '{"id":"12345678901234567890"}'],
    ['{"id":null}', '{"id":null}'],
    ['{"id":1.0}', '{"id":1.0}'],
    ['{"id":1e3}', '{"id":1e3}'],
    ['{"id":-7}', '{"id":-7}'],
    ['{"id":true}', '{"id":true}'],
    ['{"id":[1]}', '{"id":[1]}'],
    ['{"id":{"id":1}}', '{"id":{"id":1}}'],
    [String.raw`{"\u0069d":1}`, String.raw`{"\u0069d":"1"}`],
    ['{"id":1,"id":2}', '{"id":"1","id":"2"}'],
    ['{"Id":1,"i":2,"idd":3,"":4}', '{"Id":1,"i":2,"idd":3,"":4}'],
  ])('turns an id of digits into text: %s', (body, expected) => {
    expect(normalized(body, { id: ID })).toBe(expected);
  });

  it.each([
    ['{"at":"2026-03-14T11:26:53+02:00"}', '{"at":"2026-03-14T09:26:53Z"}'],
    ['{"at":"2026-03-14T09:26:53.000000Z"}', '{"at":"2026-03-14T09:26:53.000000Z"}'],
    [String.raw`{"at":"2026-03-14\u002009:26:53"}`, '{"at":"2026-03-14T09:26:53Z"}'],
    ['{"at":"soon"}', '{"at":"soon"}'],
    ['{"at":1773480413}', '{"at":1773480413}'],
    ['{"at":""}', '{"at":""}'],
  ])('writes an instant as RFC 3339 in UTC: %s', (body, expected) => {
    expect(normalized(body, { at: INSTANT })).toBe(expected);
  });

  it('keeps the offset of a local time', () => {
    const members: Members = { atLocal: { kind: 'localInstant' } };
    expect(normalized('{"atLocal":"2026-03-14 11:26:53+02:00"}', members)).toBe(
      '{"atLocal":"2026-03-14T11:26:53+02:00"}',
    );
  });

  it('reads "" as null where null is documented, and only there', () => {
    const members: Members = {
      a: { ...TEXT, nullable: true },
      b: TEXT,
      c: { kind: 'object', members: {}, nullable: true },
      d: { ...INSTANT, nullable: true },
      e: { kind: 'enumeration', values: ['', 'x'], nullable: true },
    };
    expect(normalized('{"a":"","b":"","c":"","d":"","e":"","f":""}', members)).toBe(
      '{"a":null,"b":"","c":null,"d":null,"e":"","f":""}',
    );
  });

  it('reads [] as {} where a map is documented', () => {
    const name: Field = { kind: 'map', values: { ...TEXT, nullable: true } };
    expect(normalized('{"name":[]}', { name })).toBe('{"name":{}}');
    expect(normalized('{"name":[ \n]}', { name })).toBe('{"name":{}}');
    expect(normalized('{"name":["x"]}', { name })).toBe('{"name":["x"]}');
    expect(normalized('{"name":{"en":"","__proto__":""}}', { name })).toBe(
      '{"name":{"en":null,"__proto__":null}}',
    );
    expect(normalized('{"name":[]}', { name: { kind: 'object', members: {} } })).toBe('{"name":[]}');
  });

  it('goes into objects, lists and maps, and into none that is of another type', () => {
    const members: Members = {
      evses: { kind: 'list', items: { kind: 'object', members: { id: ID } } },
      ids: { kind: 'list', items: ID },
      byName: { kind: 'map', values: ID },
    };
    expect(
      normalized('{"evses":[{"id":1},[{"id":2}],3,null],"ids":[1,"2",{}],"byName":{"x":1}}', members),
    ).toBe('{"evses":[{"id":"1"},[{"id":2}],3,null],"ids":["1","2",{}],"byName":{"x":"1"}}');
    expect(normalized('{"evses":{"id":1},"ids":{"x":1},"byName":[1]}', members)).toBe(
      '{"evses":{"id":1},"ids":{"x":1},"byName":[1]}',
    );
  });

  it('gives an aliased member its name', () => {
    const members: Members = { endsAt: { ...INSTANT, wire: ['endDate'] } };
    const expected = '{"endsAt":"2026-03-31T23:59:59Z"}';
    expect(normalized('{"endDate":"2026-03-31 23:59:59"}', members)).toBe(expected);
    expect(normalized(String.raw`{"end\u0044ate":"2026-03-31 23:59:59"}`, members)).toBe(expected);
    expect(normalized('{"endsAt":"2026-03-31 23:59:59"}', members)).toBe(expected);
  });

  it('gives an aliased word its current spelling', () => {
    const members: Members = {
      status: { kind: 'enumeration', values: ['canceled'], aliases: { cancelled: 'canceled' } },
    };
    expect(normalized('{"status":"cancelled"}', members)).toBe('{"status":"canceled"}');
    expect(normalized(String.raw`{"status":"cance\u006cled"}`, members)).toBe('{"status":"canceled"}');
    expect(normalized('{"status":"constructor"}', members)).toBe('{"status":"constructor"}');
  });

  it('drops white space between tokens and none within', () => {
    const body =
      '\n{ "id" :\t1 ,\r\n "list" : [ 1 , " \\n " , { } ] , "rest" : { "a" : [ ] , "b" : -1.50e+2 } }\n';
    expect(normalized(body, { id: ID, list: { kind: 'list', items: ID } })).toBe(
      '{"id":"1","list":["1"," \\n ",{}],"rest":{"a":[],"b":-1.50e+2}}',
    );
  });

  it('does not take what a string holds for structure', () => {
    const body = String.raw`{"note":"\\\"{\"id\":1}\\","id":2,"ref":"\\"}`;
    expect(normalized(body, { id: ID })).toBe(String.raw`{"note":"\\\"{\"id\":1}\\","id":"2","ref":"\\"}`);
  });

  it('ends on text that is no JSON', () => {
    const plan = compileNormalizer({ id: ID, a: { kind: 'list', items: ID } });
    for (const text of [
      '',
      ' ',
      '{',
      '{"',
      '{"id',
      '{"id"',
      '{"id":',
      '{"id":1',
      '{"a":[',
      '{"a":[1',
      '{"x":{"y',
      '[]',
      '1',
      '}{',
    ]) {
      expect(typeof normalize(text, plan).text).toBe('string');
    }
  });
});

describe('a collision', () => {
  const plan = compileNormalizer({
    id: { ...ID, wire: ['idTagsId', 'tagId'] },
    inner: { kind: 'object', wire: ['in-ner'], members: { id: { ...ID, wire: ['no'] } } },
    list: { kind: 'list', items: { kind: 'object', members: { 'a/b': { ...TEXT, wire: ['c~d'] } } } },
  });

  it('leaves both spellings of one member under their names and converts their values', () => {
    expect(normalize('{"tagId":1,"x":0,"idTagsId":2,"id":3}', plan)).toEqual({
      text: '{"tagId":"1","x":0,"idTagsId":"2","id":"3"}',
      collisions: ['/id'],
    });
  });

  it('takes back what was renamed before it, repeated members too', () => {
    expect(normalize('{"tagId":1,"tagId":2,"idTagsId":3,"tagId":4}', plan)).toEqual({
      text: '{"tagId":"1","tagId":"2","idTagsId":"3","tagId":"4"}',
      collisions: ['/id'],
    });
  });

  it('is none when one spelling is repeated, however it is written', () => {
    expect(normalize(String.raw`{"tagId":1,"tag\u0049d":2}`, plan)).toEqual({
      text: '{"id":"1","id":"2"}',
      collisions: [],
    });
  });

  it('is reported by its place, in the names that the result has', () => {
    expect(normalize('{"in-ner":{"id":1,"no":2},"inner":{"id":3,"no":4}}', plan)).toEqual({
      text: '{"in-ner":{"id":"1","no":"2"},"inner":{"id":"3","no":"4"}}',
      collisions: ['/in-ner/id', '/inner', '/inner/id'],
    });
    expect(normalize('{"list":[{"c~d":"x"},{"c~d":"x","a/b":"y"}]}', plan).collisions).toEqual([
      '/list/1/a~1b',
    ]);
  });
});

describe('standards', () => {
  const MEMBERS: Members = {
    hardwareStatus: { kind: 'enumeration', values: ['charging'], standard: 'hardwareStatus', nullable: true },
    meterValues: {
      kind: 'list',
      items: {
        kind: 'object',
        members: { measurand: { kind: 'enumeration', values: [], standard: 'measurand' } },
      },
    },
    reason: {
      kind: 'enumeration',
      values: ['Local', 'local'],
      aliases: { Local: 'local' },
      standard: 'stopReason',
    },
  };
  const plan = compileNormalizer(MEMBERS);

  it('come last, with the rows of the values that the body holds, each once', () => {
    const values =
      '[{"measurand":"Voltage"},{"measurand":"Temperature"},{"measurand":"Voltage"},{"measurand":"?"}]';
    const body = `{"meterValues":${values},"reason":"Local","hardwareStatus":"reserved"}`;
    expect(normalize(body, plan)).toEqual({
      text:
        `{"meterValues":${values},"reason":"local","hardwareStatus":"reserved","standards":{` +
        '"hardwareStatus":{"reserved":{"ocpp16":"Reserved","ocpp201":{"connectorStatus":"Reserved"},"ocpi221":"RESERVED"}},' +
        '"stopReason":{"local":{"ocpp16":"Local","ocpp201":"Local"}},' +
        '"measurand":{"Voltage":{"ocpp16":"Voltage","ocpp201":"Voltage","unit":"V"},' +
        '"Temperature":{"ocpp16":"Temperature","unit":"Celsius"}}}}',
      collisions: [],
    });
  });

  it.each(['{"hardwareStatus":null}', '{"hardwareStatus":""}'])('say what no status is: %s', (body) => {
    expect(normalize(body, plan).text).toBe(
      '{"hardwareStatus":null,"standards":{"hardwareStatus":{"null":{"ocpi221":"UNKNOWN"}}}}',
    );
  });

  it.each([
    '{"hardwareStatus":"null"}',
    '{"hardwareStatus":"humming"}',
    '{"hardwareStatus":1}',
    '{"x":null}',
  ])('are absent when nothing maps: %s', (body) => {
    expect(normalize(body, plan)).toEqual({ text: body, collisions: [] });
  });

  it.each([
    '{"standards":1,"hardwareStatus":"charging"}',
    String.raw`{"hardwareStatus":"charging","\u0073tandards":{}}`,
  ])('give way to a member of the body: %s', (body) => {
    expect(normalize(body, plan)).toEqual({ text: body, collisions: ['/standards'] });
  });

  it('do not mind a member of that name further down, nor where nothing maps', () => {
    expect(normalize('{"x":{"standards":1},"standards":2}', plan).collisions).toEqual([]);
    const { text } = normalize('{"hardwareStatus":"charging","x":{"standards":1}}', plan);
    expect(JSON.parse(text)).toHaveProperty(
      ['standards', 'hardwareStatus', 'charging', 'ocpp16'],
      'Charging',
    );
  });
});

describe('compileNormalizer', () => {
  it.each<[string, Members]>([
    ['"b" is a name of both "a" and "b"', { a: { ...TEXT, wire: ['b'] }, b: { ...TEXT, wire: ['c'] } }],
    ['"x" stands for "y"', { a: { kind: 'enumeration', values: [], aliases: { x: 'y', y: 'z' } } }],
    ['"standards" is ours', { standards: TEXT }],
  ])('refuses declarations of which %s', (message, members) => {
    expect(() => compileNormalizer(members)).toThrow(message);
  });
});
