import { describe, expect, it } from 'vitest';
import { hostPortProblem, isHost, isLoopback, targetProblem } from './network-address.js';

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.9.8.7', '::1', '0:0:0:0:0:0:0:1', 'localhost', 'LocalHost'])(
    'accepts %s',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  it.each(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', '::2', 'localhost.example', '127.example'])(
    'refuses %s',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});

describe('isHost', () => {
  it.each(['kafka1', 'kafka-1.example.com', 'my_service', '10.0.0.1', '::1', 'a'])('accepts %s', (host) => {
    expect(isHost(host)).toBe(true);
  });

  it.each([
    '',
    '10.0.0.256',
    '1.2.3',
    '-a',
    'a-',
    'a..b',
    'a b',
    'a/b',
    '[::1]',
    'a:1',
    'ü.example',
    'x'.repeat(64),
  ])('refuses %j', (host) => {
    expect(isHost(host)).toBe(false);
  });
});

describe('hostPortProblem', () => {
  it.each(['kafka1:9092', '10.0.0.1:1', '[::1]:65535'])('accepts %s', (text) => {
    expect(hostPortProblem(text)).toBeUndefined();
  });

  it.each(['kafka1', '::1', '[::1]'])('asks for a port after %s', (text) => {
    expect(hostPortProblem(text)).toContain('names no port');
  });

  it.each([
    'kafka1:0',
    'kafka1:65536',
    'kafka1:x',
    'kafka1:',
    ':9092',
    'a:b:1',
    '[kafka1]:9092',
    '[::1',
    '1.2.3:9092',
  ])('refuses %s', (text) => {
    expect(hostPortProblem(text)).toContain('must be host:port');
  });
});

describe('targetProblem', () => {
  it.each([
    'replay.example.com',
    'localhost:8081',
    '127.0.0.1',
    '127.0.0.1:8081',
    '::1',
    '[::1]',
    '[::1]:8081',
    '10.0.0.0/8',
    '10.1.2.3/32',
    '0.0.0.0/0',
    'fd00::/8',
    '2001:db8:0:1::/64',
    '::ffff:10.0.0.0/104',
    '::1/128',
  ])('accepts %s', (text) => {
    expect(targetProblem(text)).toBeUndefined();
  });

  it.each(['10.0.0.1/8', '10.0.0.128/24', 'fd00::1/64', '::1/127', '2001:db8:0:1::/63'])(
    'refuses %s, whose prefix does not cover all its bits',
    (text) => {
      expect(targetProblem(text)).toContain('has bits set beyond its prefix');
    },
  );

  it.each([
    'http://a',
    '*.example.com',
    '10.0.0.0/33',
    'fd00::/129',
    'a/8',
    '10.0.0.0/',
    '1.2.3.4/8/8',
    'a:0',
    '',
  ])('refuses %j', (text) => {
    expect(targetProblem(text)).toBeDefined();
  });
});
