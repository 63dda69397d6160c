import { describe, expect, expectTypeOf, it } from 'vitest';
import { Place } from '../declare/place.js';
import { section } from '../declare/section.js';
import { setting, type Infer, type Setting, type Settings, type Type } from '../declare/setting.js';
import { secretText, text, wholeNumber } from '../declare/types.js';
import { linesOf } from '../render/summary.js';
import type { DatabaseUrl } from '../values/database-url.js';
import type { Secret } from '../values/secret.js';
import { document } from './document.js';
import { ENVIRONMENT } from './environment.js';
import type { GatewayConfig } from './gateway-config.js';

/** Every setting with its path, those inside sections, lists and choices included. */
function every(settings: Settings, path = ''): [string, Setting][] {
  const inside = (type: Type<unknown> | undefined, at: string): [string, Setting][] => [
    ...every(type?.settings ?? {}, at),
    ...(type?.choices ?? []).flatMap((choice) => every(choice.settings, at)),
    ...(type?.item === undefined ? [] : inside(type.item, `${at}[]`)),
  ];
  return Object.entries(settings).flatMap(([key, setting]) => [
    [`${path}.${key}`, setting],
    ...inside(setting.type, `${path}.${key}`),
  ]);
}

describe('every declaration', () => {
  const all = [...every(ENVIRONMENT), ...every(document.settings)];

  it.each(all)('%s has a default that its own type accepts', (_, { type, ...options }) => {
    const place = Place.whole('/');
    if (options.default !== undefined) type.read(options.default, place);
    expect(place.problems).toEqual([]);
  });

  it.each(all)('%s is described in sentences', (_, { description }) => {
    expect(description).toMatch(/^[A-Z`].*\.$/);
  });
});

describe('the types that follow from declarations', () => {
  it('tell the required, the defaulted and the optional apart, and use the names of the program', () => {
    const declared = section({
      port: setting(wholeNumber(1, 9), 'Port.'),
      host: setting(text, 'Host.', { as: 'hostName', default: 'x' }),
      token: setting(secretText, 'Token.', { optional: true }),
    });
    interface Expected {
      readonly port: number;
      readonly hostName: string;
      readonly token?: Secret;
    }
    expectTypeOf<Infer<typeof declared>>().toEqualTypeOf<Expected>();
  });

  it('make up the configuration', () => {
    expectTypeOf<GatewayConfig['port']>().toEqualTypeOf<number>();
    expectTypeOf<GatewayConfig['databaseUrl']>().toEqualTypeOf<DatabaseUrl | undefined>();
    expectTypeOf<GatewayConfig['undatedWindowMs']>().toEqualTypeOf<number>();
    expectTypeOf<GatewayConfig>().not.toHaveProperty('embeddedPostgres');
  });
});

describe('the summary of a setting that has no words of its own', () => {
  it('is its name and its value, and of a secret that it is set', () => {
    const declared = {
      A_PORT: setting(wholeNumber(1, 9), 'Port.', { as: 'port' }),
      A_TOKEN: setting(secretText, 'Token.', { as: 'token' }),
      NOT_SET: setting(text, 'Text.', { optional: true }),
    };
    const token = secretText.read('hunter2', Place.whole('/'));
    expect(Object.values(linesOf(declared, { port: 7, token })).flat()).toEqual([
      'A_PORT: 7',
      'A_TOKEN: set',
    ]);
  });
});
