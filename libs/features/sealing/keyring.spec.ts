import { randomBytes } from 'node:crypto';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '@chargelog/domain';
import { keyFilePath } from '@test/key-folder.js';
import { readKeyFile, writeKeyFile } from './key-file.js';
import { Keyring, type Sealed } from './keyring.js';

const SECRET = Buffer.from('a-token-that-only-tests-use-0001');
const CONTEXT = 'source-secret/1/present';

function open(path: string, isOwn = true): Keyring {
  return Keyring.open(path, { isOwn });
}

describe('Keyring', () => {
  it('opens what it sealed, whatever it is', () => {
    const keyring = open(keyFilePath());
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.string(), (bytes, context) => {
        const sealed = keyring.seal(Buffer.from(bytes), context);
        expect(keyring.open(sealed, context)?.equals(bytes)).toBe(true);
      }),
    );
  });

  it('seals the same into other bytes each time, none of them readable', () => {
    const keyring = open(keyFilePath());
    const [one, other] = [keyring.seal(SECRET, CONTEXT), keyring.seal(SECRET, CONTEXT)];
    expect(one.bytes.equals(other.bytes)).toBe(false);
    expect(one.bytes.includes(SECRET.subarray(0, 6))).toBe(false);
    expect(one.bytes.length).toBe(SECRET.length + 12 + 16);
  });

  it('opens nothing that was changed, in whatever bit', () => {
    const keyring = open(keyFilePath());
    const sealed = keyring.seal(SECRET, CONTEXT);
    for (let bit = 0; bit < sealed.bytes.length * 8; bit += 1) {
      const bytes = Buffer.from(sealed.bytes);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(keyring.open({ ...sealed, bytes }, CONTEXT)).toBeUndefined();
    }
  });

  it.each<[string, (sealed: Sealed) => Sealed]>([
    ['cut short', (sealed) => ({ ...sealed, bytes: sealed.bytes.subarray(0, -1) })],
    ['only a nonce and half a tag', (sealed) => ({ ...sealed, bytes: sealed.bytes.subarray(0, 20) })],
    ['empty', (sealed) => ({ ...sealed, bytes: Buffer.alloc(0) })],
    ['longer', (sealed) => ({ ...sealed, bytes: Buffer.concat([sealed.bytes, Buffer.alloc(1)]) })],
    ['of a key that is not here', (sealed) => ({ ...sealed, keyId: '0'.repeat(12) })],
  ])('opens nothing that is %s', (_, change) => {
    const keyring = open(keyFilePath());
    expect(keyring.open(change(keyring.seal(SECRET, CONTEXT)), CONTEXT)).toBeUndefined();
  });

  it('opens nothing in another place than it was sealed for', () => {
    const keyring = open(keyFilePath());
    const sealed = keyring.seal(SECRET, CONTEXT);
    for (const context of ['source-secret/2/present', 'source-secret/1/presen', '', `${CONTEXT}\0`])
      expect(keyring.open(sealed, context)).toBeUndefined();
  });

  it('opens nothing that another key sealed, even under the id of its own', () => {
    const [mine, other] = [open(keyFilePath()), open(keyFilePath())];
    const sealed = other.seal(SECRET, CONTEXT);
    expect(mine.open(sealed, CONTEXT)).toBeUndefined();
    expect(mine.open({ ...sealed, keyId: mine.keyId }, CONTEXT)).toBeUndefined();
  });

  it('tells nothing of a key by its id', () => {
    const key = randomBytes(32);
    const { keyId } = Keyring.of([key]);
    expect(keyId).toMatch(/^[0-9a-f]{12}$/);
    expect(key.toString('hex')).not.toContain(keyId.slice(0, 6));
    expect(Keyring.of([key]).keyId).toBe(keyId);
  });
});

describe('a file of two keys', () => {
  it('seals with the first and opens what either sealed', () => {
    const path = keyFilePath();
    const [former, present] = [randomBytes(32), randomBytes(32)];
    const before = Keyring.of([former]).seal(SECRET, CONTEXT);
    writeKeyFile(path, [present, former]);
    const keyring = open(path, false);
    expect(keyring.keyId).toBe(Keyring.of([present]).keyId);
    expect(keyring.formerKeyCount).toBe(1);
    expect(keyring.open(before, CONTEXT)).toEqual(SECRET);
    expect(Keyring.of([present]).open(keyring.seal(SECRET, CONTEXT), CONTEXT)).toEqual(SECRET);
  });

  it('becomes one when the former are dropped, and then opens nothing of theirs', () => {
    const path = keyFilePath();
    const keyring = open(path);
    const before = keyring.seal(SECRET, CONTEXT);
    keyring.prepend();
    expect(readKeyFile(path)).toHaveLength(2);
    expect(keyring.open(before, CONTEXT)).toEqual(SECRET);
    const after = keyring.seal(SECRET, CONTEXT);
    keyring.dropFormer();
    expect(readKeyFile(path)).toHaveLength(1);
    expect(keyring.open(before, CONTEXT)).toBeUndefined();
    expect(open(path).open(after, CONTEXT)).toEqual(SECRET);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});

describe('keys of the operator', () => {
  it('are never made, nor changed', () => {
    const path = keyFilePath();
    expect(() => open(path, false)).toThrow(path);
    writeKeyFile(path, [randomBytes(32)]);
    const keyring = open(path, false);
    for (const change of [() => keyring.prepend(), () => keyring.dropFormer()]) expect(change).toThrow();
    expect(readKeyFile(path)).toHaveLength(1);
  });
});

describe('a key file that changes while the gateway runs', () => {
  afterEach(() => vi.useRealTimers());

  function setUp() {
    vi.useFakeTimers({ toFake: ['performance'] });
    const path = keyFilePath();
    const [former, present] = [randomBytes(32), randomBytes(32)];
    writeKeyFile(path, [former]);
    const keyring = open(path, false);
    const sealed = Keyring.of([present]).seal(SECRET, CONTEXT);
    return { path, former, present, keyring, sealed };
  }

  it('is read again for a row of a key that is not known, once a second at most', () => {
    const { path, former, present, keyring, sealed } = setUp();
    writeKeyFile(path, [present, former]);
    expect(keyring.open(sealed, CONTEXT)).toBeUndefined();
    vi.advanceTimersByTime(1_000);
    expect(keyring.open(sealed, CONTEXT)).toEqual(SECRET);
    expect(keyring.keyId).toBe(Keyring.of([present]).keyId);
  });

  it.each([
    ['is gone', (path: string) => rmSync(path)],
    ['was damaged', (path: string) => writeFileSync(path, 'nonsense')],
  ])('and %s leaves the keys in memory as they were', (_, harm) => {
    const { path, keyring, sealed } = setUp();
    const own = keyring.seal(SECRET, CONTEXT);
    harm(path);
    vi.advanceTimersByTime(5_000);
    expect(keyring.open(sealed, CONTEXT)).toBeUndefined();
    expect(keyring.open(own, CONTEXT)).toEqual(SECRET);
    expect(() => keyring.reload()).toThrow(GatewayError);
    expect(keyring.open(own, CONTEXT)).toEqual(SECRET);
  });
});

describe('what is being stored', () => {
  it('is waited for, also where it fails, but not what begins later', async () => {
    const keyring = Keyring.of([randomBytes(32)]);
    let finish: () => void = () => undefined;
    const order: string[] = [];
    const first = keyring.whileStoring(async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      order.push('first');
    });
    const failing = keyring.whileStoring(() => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    const waiting = keyring.stored().then(() => order.push('stored'));
    const later = keyring.whileStoring(() => new Promise(() => undefined));
    finish();
    await first;
    await waiting;
    expect(order).toEqual(['first', 'stored']);
    void later;
  });
});
