import { entryOf } from '@chargelog/catalogue';
import { loadSamples } from '../fixtures/ampeco/load.js';
import { Planter, type Planting } from './planted-secrets.js';

export interface Planted {
  readonly what: string;
  readonly text: string;
  readonly secrets: readonly string[];
}

const PLANTINGS: readonly Planting[] = [
  { spelling: 'first', typed: 'documented' },
  { spelling: 'last', typed: 'documented' },
  { spelling: 'first', typed: 'other' },
];

export const planter = new Planter();
export const SAMPLES: readonly Planted[] = loadSamples().flatMap(({ file, notification, body }) =>
  PLANTINGS.map((planting) => {
    const parsed = JSON.parse(body.toString()) as Record<string, unknown>;
    const planted = planter.plant(parsed, entryOf(notification)?.body ?? {}, planting);
    return { ...planted, what: file, text: JSON.stringify(planted.body) };
  }),
);

/** Written by hand, because no JSON writer writes them. */
export const ODD: readonly Planted[] = [
  (a: string, b: string) => `{"notification":"depot.opened","password":"${a}","password":"${b}"}`,
  (a: string, b: string) => `{"notification":"depot.opened","pass\\u0077ord":"${a}","\\u0050IN":"${b}"}`,
  (a: string, b: string) => `\ufeff{"notification":"depot.opened",\r\n"email" :\n"${a}",\t"phone":["${b}"]}`,
  (a: string, b: string) =>
    `{"notification":"depot.opened","__proto__":{"password":"${a}"},"toString":{"iban":"${b}"}}`,
  (a: string, b: string) =>
    `{"notification":"UserChangedNotification","action":"updated","user":{"id":"7","email":"${a}","e\\u006dail":"${b}"}}`,
  (a: string, b: string) =>
    `{"notification":"UserChangedNotification","action":"updated","user":[{"id":"7","email":"${a}"}],"standards":{"pin":"${b}"}}`,
  (a: string, b: string) =>
    `{"notification":"evse.changed","evseId":1,"a b%/~":{"token":"${a}"},"action":{"secret":"${b}"}}`,
].map((write) => {
  const [a, b] = [planter.text(), planter.text()];
  return { what: 'odd', text: write(a, b), secrets: [a, b] };
});

/** Authenticated, and no events: nothing of them is shown. */
export const BROKEN: readonly (string | Buffer)[] = [
  `{"notification":"UserChangedNotification","email":"${planter.text()}",}`,
  `["${planter.text()}"]`,
  `"${planter.text()}"`,
  `{"email":"${planter.text()}"}`,
  `{"notification":7,"password":"${planter.text()}"}`,
  `{"notification":"x","${planter.text()}":${'['.repeat(70)}"${planter.text()}"${']'.repeat(70)}}`,
  Buffer.from(`{"notification":"x","email":"${planter.text()}\xff"}`, 'latin1'),
  planter.text(),
];
