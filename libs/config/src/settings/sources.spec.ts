import { describe, expect, it } from 'vitest';
import { problems } from '@test/config-folder.js';

describe('sources side by side', () => {
  it('may not share a name, of whatever kind and however wrong they are', () => {
    const yaml = `sources:
  - { name: a, kind: webhook, tenant: t, secrets: [{ name: a, value: x }] }
  - { name: a, kind: kafka, tenant: T, brokers: ["b:1"], topics: [t], groupId: g }`;
    expect(problems({ yaml })).toEqual([
      'chargelog.yaml:3: sources[1].tenant: must be 1 to 63 lower-case letters, digits and hyphens, starting with a letter or digit',
      'chargelog.yaml:3: sources[1].name: is also the name of sources[0]; names are unique',
    ]);
  });

  it('may not share a consumer group on one broker', () => {
    const source = (name: string, broker: string): string =>
      `  - { name: ${name}, kind: kafka, tenant: t, brokers: ["${broker}:1"], topics: [${name}], groupId: g }\n`;
    expect(problems({ yaml: `sources:\n${source('a', 'x')}${source('b', 'y')}${source('c', 'x')}` })).toEqual(
      [
        'chargelog.yaml:4: sources[2].groupId: is also the group of sources[0] on the same broker; give each source its own',
      ],
    );
  });

  it.each([
    ['127.0.0.1:9092', 'localhost:9092'],
    ['localhost:9092', '[::1]:9092'],
    ['Kafka1.example:9092', 'kafka1.example:9092'],
    ['kafka1:9092', 'kafka1:09092'],
  ])('may not share a consumer group on one broker that is spelt in two ways: %s and %s', (one, other) => {
    const source = (name: string, broker: string): string =>
      `  - { name: ${name}, kind: kafka, tenant: t, brokers: ["${broker}"], topics: [${name}], groupId: g }\n`;

    expect(problems({ yaml: `sources:\n${source('a', one)}${source('b', other)}` })).toEqual([
      'chargelog.yaml:3: sources[1].groupId: is also the group of sources[0] on the same broker; give each source its own',
    ]);
  });
});
