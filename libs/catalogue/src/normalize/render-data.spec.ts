import { describe, expect, it } from 'vitest';
import type { Field, Members } from '../body-schema/field.js';
import { NOTIFICATIONS } from '../index.js';
import { compileData, compileMask, dataPlanOf, mask, renderData } from './render-data.js';

const TEXT: Field = { kind: 'text' };
const SECRET: Field = { kind: 'text', sensitive: true };

describe('mask', () => {
  const MEMBERS: Members = {
    notification: TEXT,
    code: SECRET,
    tag: { ...SECRET, wire: ['tag-no', 'tagNo'] },
    codes: { kind: 'list', items: SECRET },
    box: { kind: 'object', members: { code: SECRET, email: TEXT } },
    boxes: { kind: 'list', items: { kind: 'object', members: { code: SECRET } } },
    texts: { kind: 'map', values: TEXT },
    data: { kind: 'anything' },
  };
  const plan = compileMask(MEMBERS);

  it.each([
    ['{"code":1,"a":1,"b":2}', '{"a":1,"b":2}', ['/code']],
    ['{"a":1,"code":1,"b":2}', '{"a":1,"b":2}', ['/code']],
    ['{"a":1,"b":2,"code":1}', '{"a":1,"b":2}', ['/code']],
    ['{"code":1}', '{}', ['/code']],
    [
      '{"code":1,"tag":2,"a":1,"tagNo":3,"pin":4,"b":1,"codes":[]}',
      '{"a":1,"b":1}',
      ['/code', '/tag', '/tagNo', '/pin', '/codes'],
    ],
    ['{"code":1,"code":2,"a":1,"code":3}', '{"a":1}', ['/code']],
    [String.raw`{"\u0063ode":"\"","a":1}`, '{"a":1}', ['/code']],
    ['{"box":{"code":{"x":[1]}},"a":1}', '{"box":{},"a":1}', ['/box/code']],
    [
      '{"boxes":[{"code":1,"a":2},3,{"a":2,"code":[]}]}',
      '{"boxes":[{"a":2},3,{"a":2}]}',
      ['/boxes/0/code', '/boxes/2/code'],
    ],
  ])('leaves declared members out: %s', (body, text, maskedPaths) => {
    expect(mask(body, plan)).toEqual({ text, maskedPaths });
  });

  it.each([
    ['{"networkPassword":"x","a":1}', '{"a":1}', ['/networkPassword']],
    ['{"new":{"list":[{"bank_iban":"x"}]}}', '{"new":{"list":[{}]}}', ['/new/list/0/bank_iban']],
    ['{"data":{"email":"x"}}', '{"data":{}}', ['/data/email']],
    ['{"box":{"new":{"pin":1}}}', '{"box":{"new":{}}}', ['/box/new/pin']],
    // Drift: an object or a list where none is declared.
    ['{"notification":{"pin":1}}', '{"notification":{}}', ['/notification/pin']],
    ['{"boxes":{"a":{"pin":1}}}', '{"boxes":{"a":{}}}', ['/boxes/a/pin']],
    ['{"box":[{"pin":1}]}', '{"box":[{}]}', ['/box/0/pin']],
    [
      '{"texts":{"en":"x","phone":"y","de":{"pin":1}}}',
      '{"texts":{"en":"x","de":{}}}',
      ['/texts/phone', '/texts/de/pin'],
    ],
    ['{"a/b":{"~pin":1}}', '{"a/b":{}}', ['/a~1b/~0pin']],
  ])('leaves out by name what is not declared: %s', (body, text, maskedPaths) => {
    expect(mask(body, plan)).toEqual({ text, maskedPaths });
  });

  it('believes a declaration more than a name', () => {
    const body = '{"box":{"email":"declared, and not sensitive"}}';
    expect(mask(body, plan)).toEqual({ text: body, maskedPaths: [] });
  });

  it('finds a member with an empty name', () => {
    expect(mask('{"a":1,"":2}', compileMask({ '': SECRET }))).toEqual({
      text: '{"a":1}',
      maskedPaths: ['/'],
    });
  });

  it('gives back the same text when nothing is left out', () => {
    const body = '{ "a" : [ 1.0, {} ],\n "id":12345678901234567890 }';
    expect(mask(body, plan)).toEqual({ text: body, maskedPaths: [] });
  });

  it('leaves no white space behind', () => {
    const body = '{ "code" : 1 , "tag" : [ 2 ] , "a" : 1 , "pin" : { "x" : 3 } , "b" : 2 , "code" : 4 }';
    expect(mask(body, plan)).toEqual({ text: '{"a":1,"b":2}', maskedPaths: ['/code', '/tag', '/pin'] });
    expect(mask('{ "code" : 1 , "pin" : 2 }', plan).text).toBe('{}');
  });

  it('masks the body of a notification that is not known by the list of names', () => {
    const unknown = compileMask({});
    const body =
      '{"notification":"door.opened","user":{"firstName":"D","id":1,"tags":[{"rfidTagUid":"04A2"}]}}';
    expect(mask(body, unknown)).toEqual({
      text: '{"notification":"door.opened","user":{"id":1,"tags":[{}]}}',
      maskedPaths: ['/user/firstName', '/user/tags/0/rfidTagUid'],
    });
  });
});

describe('renderData', () => {
  const plan = compileData({
    notification: TEXT,
    id: { kind: 'id', as: 'integer', wire: ['no'] },
    point: {
      kind: 'object',
      wire: ['charge-point'],
      members: { pin: SECRET, id: { kind: 'id', as: 'integer' } },
    },
    status: { kind: 'enumeration', values: [], standard: 'hardwareStatus', sensitive: true },
    lock: { kind: 'enumeration', values: [], standard: 'hardwareStatus' },
  });
  const body =
    '{\n"no":1,"charge-point":{"pin":"4471","id":2},"status":"reserved","email":"a@b.c","lock":"faulted"}';

  it('serves the four forms, each in one line', () => {
    expect(renderData(body, plan, { normalized: false, masked: false })).toEqual({
      text: body.replace('\n', ''),
      collisions: [],
      maskedPaths: [],
    });
    expect(renderData(body, plan, { normalized: false, masked: true })).toEqual({
      text: '{"no":1,"charge-point":{"id":2},"lock":"faulted"}',
      collisions: [],
      maskedPaths: ['/charge-point/pin', '/status', '/email'],
    });
    const { text, maskedPaths } = renderData(body, plan, { normalized: true, masked: true });
    expect(maskedPaths).toEqual(['/point/pin', '/status', '/email']);
    expect(JSON.parse(text)).toEqual({
      id: '1',
      point: { id: '2' },
      lock: 'faulted',
      standards: {
        hardwareStatus: {
          faulted: { ocpp16: 'Faulted', ocpp201: { connectorStatus: 'Faulted' }, ocpi221: 'OUTOFORDER' },
        },
      },
    });
    const open = renderData(body, plan, { normalized: true, masked: false });
    expect(open.maskedPaths).toEqual([]);
    expect(open.text).toContain('"point":{"pin":"4471","id":"2"}');
  });

  it('drops line breaks when nothing is left out either', () => {
    const { text } = renderData('{\r\n"a":"\\n"}', plan, { normalized: false, masked: true });
    expect(text).toBe('{"a":"\\n"}');
  });

  it('points to masked members by the names that stand in the result, collisions included', () => {
    const both = '{"charge-point":{"pin":1},"point":{"pin":2}}';
    expect(renderData(both, plan, { normalized: true, masked: true })).toEqual({
      text: '{"charge-point":{},"point":{}}',
      collisions: ['/point'],
      maskedPaths: ['/charge-point/pin', '/point/pin'],
    });
  });

  it('masks normalized text like the body it was made of', () => {
    const open = renderData(body, plan, { normalized: true, masked: false });
    const closed = renderData(open.text, plan, { normalized: false, masked: true });
    expect(closed.maskedPaths).toEqual(['/point/pin', '/status', '/email']);
    expect(closed.text).not.toMatch(/4471|a@b\.c|"status"|reserved/i);
  });
});

describe('dataPlanOf', () => {
  it('compiles the declarations of every notification, once', () => {
    for (const { name, major } of NOTIFICATIONS) {
      const plan = dataPlanOf(name);
      expect(plan).toBeDefined();
      expect(dataPlanOf(name, major)).toBe(plan);
    }
  });

  it('has none for a major that is not there', () => {
    expect(dataPlanOf('BootNotification', 2)).toBeUndefined();
    expect(dataPlanOf('BootNotification', 0)).toBeUndefined();
  });

  it.each(['depot.slotAssigned', '__proto__', 'constructor'])(
    'serves the unknown %s as it came, masked by names',
    (name) => {
      const plan = dataPlanOf(name, 7);
      if (plan === undefined) throw new Error('an unknown name has a plan');
      const body = '{"id":1,"at":"2026-03-14 09:26:53","pin":"4471","hardwareStatus":"charging"}';
      expect(renderData(body, plan, { normalized: true, masked: false }).text).toBe(body);
      expect(renderData(body, plan, { normalized: true, masked: true }).maskedPaths).toEqual(['/pin']);
    },
  );
});
