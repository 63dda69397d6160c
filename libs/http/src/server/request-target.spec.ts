import { describe, expect, it } from 'vitest';
import { targetReader } from './request-target.js';

describe('a callback URL', () => {
  const read = targetReader('/gate/way');

  it.each([
    '/webhooks/ampeco',
    '//webhooks/ampeco',
    '/webhooks//ampeco',
    '///webhooks///ampeco//',
    '/webhooks/ampeco/',
    '/webhooks/ampeco%20',
    '/webhooks/ampeco%20/%20',
    '/Webhooks/Ampeco',
    '/WEBHOOKS/AMPECO/',
    '/webhooks/%61mpeco',
    '/webhooks%2Fampeco',
    '/gate/way/webhooks/ampeco',
    '/Gate//Way//webhooks/ampeco/',
    '//gate/way/webhooks/ampeco',
    'https://gateway.example:8443/webhooks/ampeco',
    'HTTP://[::1]:8080/gate/way/webhooks/ampeco/',
  ])('is taken as %s', (target) => {
    expect(read(target)).toBe('/webhooks/ampeco');
    expect(read(`${target}?token=a/B//c`)).toBe('/webhooks/ampeco?token=a/B//c');
  });

  it.each([
    ['/webhooks', '/webhooks'],
    ['/webhooks/', '/webhooks'],
    ['/webhooks/a/b', '/webhooks/a/b'],
    ['/webhooks/a%3Fb', '/webhooks/a%3Fb'],
    ['/webhooks/../v1/keys', '/webhooks/../v1/keys'],
    ['/webhooks/%2e%2e/v1', '/webhooks/../v1'],
  ])('%s stays below /webhooks', (target, read_) => expect(read(target)).toBe(read_));
});

describe('any other target', () => {
  it.each([
    '/',
    '/v1/events?type=a//b',
    '/V1/Events',
    '//v1/events',
    '/webhook/ampeco',
    '/webhooks-old/ampeco',
    '/gate/ways/webhooks/x',
    '/%zz',
    '*',
    '/docs#a',
  ])('%s is left as it came', (target) => expect(targetReader('/gate/way')(target)).toBe(target));

  it.each([
    ['/gate/way', '/'],
    ['/gate/way/', '/'],
    ['/gate/way?a=1', '/?a=1'],
    ['/GATE/way/v1/Events?x=%2B', '/v1/Events?x=%2B'],
    ['http://a.example/gate/way/health/live', '/health/live'],
    ['http://a.example', '/'],
  ])('%s is read as %s', (target, read) => expect(targetReader('/gate/way')(target)).toBe(read));

  it('is as quick for a target of the longest length', () => {
    const startedAt = performance.now();
    for (const part of ['/', '%20', ' /', '/webhooks', '%2F'])
      targetReader('/a')(part.repeat(16_000 / part.length));
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});
