import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newUuidV7 } from '@chargelog/domain';
import { Keyring } from '@chargelog/features/sealing';
import { openRequest, sealRequest } from './sealed-request.js';

const keyring = Keyring.of([randomBytes(32)]);
const ID = newUuidV7(0);

describe('a sealed request', () => {
  it('opens to the bytes and headers that came', () => {
    const value = fc.string({ unit: 'binary' });
    const headers = fc.record({ 'x-signature': value, 'x-tenant': value, host: value }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), headers, (bytes, sent) => {
        const opened = openRequest(
          keyring,
          ID,
          sealRequest(keyring, ID, { headers: sent, body: Buffer.from(bytes) }),
        );
        expect(opened?.body.equals(bytes)).toBe(true);
        expect(opened?.headers).toEqual({ ...sent });
      }),
    );
  });

  it('joins what was sent twice, and leaves out what was not sent', () => {
    const headers = { 'x-signature': ['a', 'b'], 'x-timestamp': undefined };
    const sealed = sealRequest(keyring, ID, { headers, body: Buffer.alloc(0) });
    expect(openRequest(keyring, ID, sealed)?.headers).toEqual({ 'x-signature': 'a, b' });
  });

  it('holds no proof of identity that was meant for others', () => {
    const headers = {
      authorization: 'Bearer x',
      cookie: 'a=b',
      'proxy-authorization': 'Basic x',
      'x-tenant': 't',
    };
    const sealed = sealRequest(keyring, ID, { headers, body: Buffer.from('{}') });
    expect(openRequest(keyring, ID, sealed)?.headers).toEqual({ 'x-tenant': 't' });
  });

  it('opens for no other rejection, and with no other key', () => {
    const sealed = sealRequest(keyring, ID, { headers: {}, body: Buffer.from('{}') });
    expect(openRequest(keyring, newUuidV7(1), sealed)).toBeUndefined();
    expect(openRequest(Keyring.of([randomBytes(32)]), ID, sealed)).toBeUndefined();
  });
});
