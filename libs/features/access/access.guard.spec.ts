import 'reflect-metadata';
import { inspect } from 'node:util';
import type { ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '@chargelog/domain';
import { Open, RequireScope } from '@chargelog/http';
import { FakeKeyStore } from '@test/memory/fake-key-store.js';
import { AccessGuard } from './access.guard.js';
import { AdminKey } from './admin-key.js';
import { generateKey } from '@chargelog/features/process';
import { FailureDelay } from './failure-delay.js';
import { KeyService } from './key.service.js';
import { KeyDirectory } from './key-directory.js';

const KEY = generateKey('clk');

class Routes {
  @Open()
  open(this: void): void {}
  @RequireScope('events:read')
  scoped(this: void): void {}
  silent(this: void): void {}
}

@RequireScope('replays')
class ScopedRoutes {
  inherits(this: void): void {}
}

class Silent {
  silent(this: void): void {}
}

function ask(
  handler: () => void,
  owner: unknown,
  authorization?: string,
  guard = new AccessGuard(new AdminKey(KEY)),
) {
  const context = {
    getHandler: () => handler,
    getClass: () => owner,
    switchToHttp: () => ({ getRequest: () => ({ headers: { authorization } }) }),
  } as unknown as ExecutionContext;
  try {
    return guard.canActivate(context);
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

const routes = Routes.prototype;

describe('AccessGuard', () => {
  it('lets anybody call an open route, and a holder of the key a route that names a scope', () => {
    expect(ask(routes.open, Routes)).toBe(true);
    expect(ask(routes.scoped, Routes, `Bearer ${KEY}`)).toBe(true);
    expect(ask(routes.scoped, Routes, `bearer   ${KEY}`)).toBe(true);
    expect(ask(ScopedRoutes.prototype.inherits, ScopedRoutes, `Bearer ${KEY}`)).toBe(true);
  });

  it('closes a route that says nothing about access, even to the key', () => {
    expect(ask(Silent.prototype.silent, Silent)).toBe('unauthenticated');
    expect(ask(Silent.prototype.silent, Silent, `Bearer ${KEY}`)).toBe('forbidden');
    expect(ask(routes.silent, Routes, `Bearer ${KEY}`)).toBe('forbidden');
  });

  it.each([
    ['none', undefined],
    ['an empty header', ''],
    ['the scheme alone', 'Bearer'],
    ['an empty key', 'Bearer '],
    ['another scheme', `Basic ${KEY}`],
    ['the key without a scheme', KEY],
    ['another key', `Bearer ${generateKey('clk')}`],
    ['a key cut short', `Bearer ${KEY.slice(0, -1)}`],
    ['a longer key', `Bearer ${KEY}x`],
    ['two keys', `Bearer ${KEY} ${KEY}`],
  ])('refuses %s', (_what, authorization) => {
    expect(ask(routes.scoped, Routes, authorization)).toBe('unauthenticated');
    expect(ask(ScopedRoutes.prototype.inherits, ScopedRoutes, authorization)).toBe('unauthenticated');
  });

  it('refuses everybody while no key is configured', () => {
    const guard = new AccessGuard(undefined);
    expect(ask(routes.scoped, Routes, 'Bearer undefined', guard)).toBe('unauthenticated');
    expect(ask(routes.open, Routes, undefined, guard)).toBe(true);
  });
});

describe('AccessGuard with API keys', () => {
  async function setUp() {
    const store = new FakeKeyStore();
    const directory = new KeyDirectory(store);
    const service = new KeyService(store, directory);
    const wanted = { name: 'a', scopes: ['events:read'] as const, tenants: ['acme'], expiresAt: undefined };
    const { text } = await service.create(wanted, 'bootstrap');
    const delays: number[] = [];
    const delay = new FailureDelay(() => 0);
    delay.hold = (ms) => (delays.push(ms), Promise.resolve());
    return { store, text, delays, guard: new AccessGuard(new AdminKey(KEY), directory, delay) };
  }
  const asked = async (guard: AccessGuard, handler: () => void, owner: unknown, authorization: string) => {
    try {
      return await ask(handler, owner, authorization, guard);
    } catch (error) {
      return (error as { code?: unknown }).code;
    }
  };

  it('lets a key in where its scopes reach, and nowhere else', async () => {
    const { guard, text } = await setUp();
    expect(await asked(guard, routes.scoped, Routes, `Bearer ${text}`)).toBe(true);
    expect(await asked(guard, ScopedRoutes.prototype.inherits, ScopedRoutes, `Bearer ${text}`)).toBe(
      'forbidden',
    );
    expect(await asked(guard, routes.silent, Routes, `Bearer ${text}`)).toBe('forbidden');
  });

  it('holds back the refusal of a key that does not exist, after some of them, and of nothing else', async () => {
    const { guard, text, delays } = await setUp();
    const wrong = `Bearer ${text.slice(0, -1)}`;
    for (let n = 0; n < 12; n += 1)
      expect(await asked(guard, routes.scoped, Routes, wrong)).toBe('unauthenticated');
    expect(delays).toEqual([1_000, 2_000]);
    expect(await asked(guard, routes.scoped, Routes, `Bearer ${text}`)).toBe(true);
    expect(await asked(guard, ScopedRoutes.prototype.inherits, ScopedRoutes, `Bearer ${text}`)).toBe(
      'forbidden',
    );
    expect(await asked(guard, routes.scoped, Routes, 'Basic x')).toBe('unauthenticated');
    expect(delays).toHaveLength(2);
  });

  it('says that keys cannot be checked while the store is away, and lets the admin key in', async () => {
    const { guard, store, text } = await setUp();
    store.failure = new GatewayError('store-away', 'away');
    expect(await asked(guard, routes.scoped, Routes, `Bearer ${text}`)).toBe('store-away');
    expect(await asked(guard, routes.scoped, Routes, `Bearer ${KEY}`)).toBe(true);
  });
});

describe('AdminKey', () => {
  it('does not show the key, however it is printed', () => {
    const key = new AdminKey(KEY);
    expect(JSON.stringify(key) + inspect(key, { showHidden: true, depth: null })).not.toContain(KEY);
  });

  it('is generated with 256 bits, another each time', () => {
    expect(generateKey('cls')).toMatch(/^cls_[A-Za-z0-9_-]{43}$/);
    expect(generateKey('clk')).not.toBe(generateKey('clk'));
  });
});
