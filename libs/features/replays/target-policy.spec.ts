import { describe, expect, it } from 'vitest';
import { GatewayError } from '@chargelog/domain';
import { TargetPolicy } from './target-policy.js';

type Verdict = 'allowed' | 'restricted' | 'never';

async function verdict(guard: TargetPolicy, url: string): Promise<Verdict> {
  try {
    await guard.check(url);
    return 'allowed';
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'target-not-allowed') throw error;
    return error.message.includes('never a target') ? 'never' : 'restricted';
  }
}

const HOSTS: readonly [host: string, verdict: Verdict, why: string][] = [
  ['8.8.8.8', 'allowed', 'public'],
  ['172.15.255.255', 'allowed', 'just below 172.16.0.0/12'],
  ['172.32.0.0', 'allowed', 'just above 172.16.0.0/12'],
  ['100.63.255.255', 'allowed', 'just below the carrier range'],
  ['[2606:4700:4700::1111]', 'allowed', 'public IPv6'],
  ['[::ffff:8.8.8.8]', 'allowed', 'a public address, mapped'],
  ['[64:ff9b::8.8.8.8]', 'allowed', 'a public address behind NAT64'],
  ['127.0.0.1', 'restricted', 'loopback'],
  ['127.255.255.254', 'restricted', 'loopback'],
  ['127.1', 'restricted', 'loopback in two parts'],
  ['0x7f.1', 'restricted', 'loopback in hexadecimal'],
  ['0x7f000001', 'restricted', 'loopback as one hexadecimal number'],
  ['2130706433', 'restricted', 'loopback as one decimal number'],
  ['0177.0.0.1', 'restricted', 'loopback in octal'],
  ['127.0.0.1.', 'restricted', 'loopback with a trailing dot'],
  ['①②⑦.0.0.1', 'restricted', 'loopback in other digits'],
  ['localhost', 'restricted', 'resolves to loopback'],
  ['LOCALHOST', 'restricted', 'resolves to loopback, upper case'],
  ['[::1]', 'restricted', 'IPv6 loopback'],
  ['[0:0:0:0:0:0:0:1]', 'restricted', 'IPv6 loopback in full'],
  ['[::ffff:127.0.0.1]', 'restricted', 'loopback, mapped'],
  ['[::FFFF:7F00:1]', 'restricted', 'loopback, mapped, in hexadecimal'],
  ['[0:0:0:0:0:ffff:7f00:0001]', 'restricted', 'loopback, mapped, in full'],
  ['[::127.0.0.1]', 'restricted', 'loopback, IPv4-compatible'],
  ['[::ffff:0:127.0.0.1]', 'restricted', 'loopback, translated'],
  ['[64:ff9b::10.0.0.1]', 'restricted', 'private behind NAT64'],
  ['[64:ff9b:1::8.8.8.8]', 'restricted', 'local NAT64'],
  ['[2002:7f00:1::]', 'restricted', 'loopback in 6to4'],
  ['[2001:0:a00:1::1]', 'restricted', 'Teredo'],
  ['10.0.0.1', 'restricted', 'private'],
  ['172.16.0.1', 'restricted', 'private'],
  ['172.31.255.255', 'restricted', 'private'],
  ['192.168.1.1', 'restricted', 'private'],
  ['100.64.0.1', 'restricted', 'carrier range'],
  ['198.18.0.1', 'restricted', 'benchmarks'],
  ['203.0.113.7', 'restricted', 'documentation'],
  ['[fd12:3456::1]', 'restricted', 'unique local'],
  ['[fec0::1]', 'restricted', 'site-local of old'],
  ['[2001:db8::1]', 'restricted', 'documentation'],
  ['[4000::1]', 'restricted', 'never handed out'],
  ['0.0.0.0', 'never', 'unspecified'],
  ['0', 'never', 'unspecified in one part'],
  ['[::]', 'never', 'unspecified'],
  ['169.254.169.254', 'never', 'cloud metadata'],
  ['0xa9fea9fe', 'never', 'cloud metadata as one number'],
  ['0251.0376.0251.0376', 'never', 'cloud metadata in octal'],
  ['169.254.0.1', 'never', 'link-local'],
  ['[::ffff:a9fe:a9fe]', 'never', 'cloud metadata, mapped'],
  ['[::ffff:169.254.169.254]', 'never', 'cloud metadata, mapped'],
  ['[::169.254.169.254]', 'never', 'cloud metadata, IPv4-compatible'],
  ['[64:ff9b::169.254.169.254]', 'never', 'cloud metadata behind NAT64'],
  ['[64:ff9b:1::169.254.169.254]', 'never', 'cloud metadata behind local NAT64'],
  ['[2002:a9fe:a9fe::1]', 'never', 'cloud metadata in 6to4'],
  ['[fe80::1]', 'never', 'link-local'],
  ['[febf::1]', 'never', 'end of the link-local range'],
  ['[ff02::1]', 'never', 'multicast'],
  ['[fd00:ec2::254]', 'never', 'AWS metadata'],
  ['[fd20:ce::254]', 'never', 'Google metadata'],
  ['100.100.100.200', 'never', 'Alibaba metadata'],
  ['168.63.129.16', 'never', 'Azure host'],
  ['224.0.0.1', 'never', 'multicast'],
  ['255.255.255.255', 'never', 'broadcast'],
];

describe('TargetPolicy without an allow list', () => {
  const guard = new TargetPolicy([]);
  it.each(HOSTS)('takes %s as %s: %s', async (host, expected) => {
    expect(await verdict(guard, `http://${host}/hook`)).toBe(expected);
    expect(await verdict(guard, `https://${host}:8443/hook`)).toBe(expected);
  });

  it('names the line to add', async () => {
    await expect(guard.check('http://10.1.2.3:8080/')).rejects.toThrow('targets: { allow: ["10.1.2.3"] }');
    await expect(guard.check('http://[::1]/')).rejects.toThrow('targets: { allow: ["::1"] }');
    await expect(guard.check('http://LocalHost/')).rejects.toThrow('targets: { allow: ["localhost"] }');
  });

  it('takes a name that does not resolve, as it may do so later', async () => {
    // A label of 64 characters: no resolver asks the network for it.
    const host = `${'a'.repeat(64)}.example`;
    expect((await guard.check(`http://${host}/a#b`)).href).toBe(`http://${host}/a`);
  });

  it.each([
    'no url',
    '/path',
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:1',
    'http://',
    'http://[fe80::1%25eth0]/',
    'http://user@example.com/',
    'http://:secret@example.com/',
    `http://example.com/${'a'.repeat(2_000)}`,
  ])('refuses %s as no usable URL', async (text) => {
    await expect(guard.check(text)).rejects.toMatchObject({ code: 'invalid-body' });
  });

  it('does not repeat a password in the refusal, and says what to do instead', async () => {
    const refusal = guard.check('http://u:hunter2@example.com/');
    await expect(refusal).rejects.toThrow(/^(?!.*hunter2)/);
    await expect(refusal).rejects.toThrow('token in the query');
  });
});

describe('TargetPolicy with an allow list', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:9/', 'allowed'],
    ['127.0.0.1', 'http://[::ffff:127.0.0.1]/', 'allowed'],
    ['127.0.0.1', 'http://0x7f.1/', 'allowed'],
    ['127.0.0.1', 'http://localhost/', 'allowed'],
    ['127.0.0.1', 'http://127.0.0.2/', 'restricted'],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080/', 'allowed'],
    ['127.0.0.1:8080', 'http://127.0.0.1:8081/', 'restricted'],
    ['127.0.0.1:80', 'http://127.0.0.1/', 'allowed'],
    ['127.0.0.1:443', 'https://127.0.0.1/', 'allowed'],
    ['127.0.0.1:080', 'http://127.0.0.1/', 'allowed'],
    ['10.0.0.0/8', 'http://10.255.255.255/', 'allowed'],
    ['10.0.0.0/8', 'http://11.0.0.0/', 'allowed'],
    ['10.0.0.0/8', 'http://192.168.0.1/', 'restricted'],
    ['192.168.4.0/22', 'http://192.168.7.255/', 'allowed'],
    ['192.168.4.0/22', 'http://192.168.8.0/', 'restricted'],
    ['::ffff:10.0.0.0/104', 'http://10.9.9.9/', 'allowed'],
    ['::ffff:10.0.0.1', 'http://10.0.0.1/', 'allowed'],
    ['::1', 'http://[::1]/', 'allowed'],
    ['::1', 'http://127.0.0.1/', 'restricted'],
    ['[::1]', 'http://[::1]:9/', 'allowed'],
    ['[::1]:8080', 'http://[::1]:8080/', 'allowed'],
    ['[::1]:8080', 'http://[::1]/', 'restricted'],
    ['fd00::/8', 'http://[fdff::1]/', 'allowed'],
    ['fd00::/8', 'http://[fc00::1]/', 'restricted'],
    ['FD00::0:0/8', 'http://[fd00::1]/', 'allowed'],
    ['localhost', 'http://localhost/', 'allowed'],
    ['localhost', 'http://LOCALHOST.:81/', 'allowed'],
    ['LocalHost', 'http://localhost/', 'allowed'],
    ['localhost.', 'http://localhost/', 'allowed'],
    ['localhost', 'http://127.0.0.1/', 'restricted'],
    ['localhost:8080', 'http://localhost:8080/', 'allowed'],
    ['localhost:8080', 'http://localhost/', 'restricted'],
    ['0x7f.1', 'http://127.0.0.1/', 'allowed'],
    ['0.0.0.0/0', 'http://10.0.0.1/', 'allowed'],
    ['0.0.0.0/0', 'http://[::1]/', 'restricted'],
    ['::/0', 'http://[::1]/', 'allowed'],
    ['::/0', 'http://10.0.0.1/', 'restricted'],
    ['0.0.0.0/0', 'http://169.254.169.254/', 'never'],
    ['169.254.169.254', 'http://169.254.169.254/', 'never'],
    ['::/0', 'http://[::ffff:169.254.169.254]/', 'never'],
    ['::/0', 'http://[fe80::1]/', 'never'],
    ['64:ff9b:1::/48', 'http://[64:ff9b:1::a9fe:a9fe]/', 'never'],
  ] as const)('of %s takes %s as %s', async (entry, url, expected) => {
    expect(await verdict(new TargetPolicy([entry]), url)).toBe(expected);
  });
});

describe('the lookup of a TargetPolicy', () => {
  const addresses = (guard: TargetPolicy, url: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      guard.lookupFor(new URL(url))('localhost', { all: true }, (error, found) =>
        error === null ? resolve(found) : reject(error),
      );
    });

  it('leaves out the addresses of a name that may not be reached', async () => {
    expect(await addresses(new TargetPolicy(['127.0.0.1']), 'http://localhost/')).toEqual([
      { address: '127.0.0.1', family: 4 },
    ]);
  });

  it('refuses when none is left', async () => {
    await expect(addresses(new TargetPolicy([]), 'http://localhost/')).rejects.toMatchObject({
      code: 'target-not-allowed',
    });
  });

  it('gives the first usable address to who asks for one', async () => {
    const found = await new Promise((resolve) => {
      new TargetPolicy(['127.0.0.1']).lookupFor(new URL('http://localhost/'))('localhost', {}, (...answer) =>
        resolve(answer),
      );
    });
    expect(found).toEqual([null, '127.0.0.1', 4]);
  });
});
