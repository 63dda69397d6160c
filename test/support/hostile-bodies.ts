import * as fc from 'fast-check';
import { loadSamples } from '../fixtures/ampeco/load.js';

const SAMPLES = loadSamples().map(({ body }) => body);

/** What parsers, time grammars and canonical forms stumble over, put in where a mutation falls. */
const SPLICES = [
  ['"', '\\', '{', '}', '[', ']', ',', ':', 'null', '\ufeff', '[[[[[[[[', '{"a":{"a":'],
  ['-0', '1e400', '0.1e-400', '9007199254740993', '99999999999999999999'],
  ['"\\ud800"', '\\u0000', '"__proto__":', '"notification":"x",', '"timestamp":"9999-12-31T24:00:00Z",'],
  ['"-0001-11-30 00:00:00"', '2016-12-31T23:59:60Z'],
].flatMap((texts) => texts.map((text) => Buffer.from(text)));

/** Values that stand where a notification has another, or none. */
const VALUES = [
  ['null', 'true', '""', '[]', '{}', '0', '-0', '-1', '1.5', '1e400', '9223372036854775808', '0.1e-7'],
  ['"0"', '"01"', '" 7"', '"\\u0000"', '"\\ud800"', '"\\udfff\\ud800"', '"__proto__"', '"a/b"', '"%00"'],
  ['"2026-02-30T00:00:00Z"', '"-0001-11-30 00:00:00"', '"9999-12-31T23:59:59Z"', '"0001-01-01"'],
  ['"1969-12-31T23:59:59.999Z"', '"2016-12-31T23:59:60Z"', '"+010000-01-01T00:00:00Z"'],
  ['[[[[[[[[1]]]]]]]]', '[null,{},"x",{"timestamp":"x"}]', '{"id":{"id":1},"timestamp":[]}'],
].flat();

type Mutation = (body: Buffer) => Buffer;

/** Places are fractions, so that a mutation fits whatever body it meets. */
const place = fc.integer({ min: 0, max: 999_999 }).map((millionths) => millionths / 1_000_000);
const cutAt = (body: Buffer, at: number): [Buffer, Buffer] => {
  const index = Math.floor(at * body.length);
  return [body.subarray(0, index), body.subarray(index)];
};

const flip = fc.tuple(place, fc.integer({ min: 0, max: 255 })).map(([at, byte]): Mutation => (body) => {
  const [before, after] = cutAt(body, at);
  return Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]);
});
const cut = fc.tuple(place, fc.integer({ min: 1, max: 40 })).map(([at, length]): Mutation => (body) => {
  const [before, after] = cutAt(body, at);
  return Buffer.concat([before, after.subarray(length)]);
});
const repeat = fc.tuple(place, fc.integer({ min: 1, max: 200 })).map(([at, length]): Mutation => (body) => {
  const [before, after] = cutAt(body, at);
  return Buffer.concat([before, after.subarray(0, length), after]);
});
const splice = fc.tuple(place, fc.constantFrom(...SPLICES)).map(([at, what]): Mutation => (body) => {
  const [before, after] = cutAt(body, at);
  return Buffer.concat([before, what, after]);
});
/** Leaves JSON that is JSON: one plain value of it becomes another. */
const replace = fc.tuple(place, fc.constantFrom(...VALUES)).map(([at, value]): Mutation => (body) => {
  const text = body.toString('latin1');
  const plain = [...text.matchAll(/(?<=:\s*)(?:"(?:[^"\\]|\\.)*"|-?\d[\d.e+-]*|null|true|false)/gi)];
  const found = plain[Math.floor(at * plain.length)];
  if (found === undefined) return body;
  return Buffer.from(
    text.slice(0, found.index) + value + text.slice(found.index + found[0].length),
    'latin1',
  );
});

const mutated = (mutation: fc.Arbitrary<Mutation>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(fc.constantFrom(...SAMPLES), fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([sample, mutations]) => mutations.reduce((body, mutate) => mutate(body), sample));

/** Bodies as a broken or hostile sender makes them: mutated samples, some of them still JSON, and bytes of any kind. */
export const hostileBody: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 5, arbitrary: mutated(replace) },
  { weight: 3, arbitrary: mutated(fc.oneof(flip, cut, repeat, splice)) },
  { weight: 1, arbitrary: fc.json().map((text) => Buffer.from(`{"notification":"x","a":${text}}`)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
);
