import { parseInstant } from '@chargelog/domain';
import { INSTANT_FORMAT, LOCAL_INSTANT_FORMAT, OR_EMPTY } from '../body-schema/body-json-schema.js';
import { toLocalText } from '../normalize/instant-text.js';

/** Judged by the parser of the identity scheme, so that a conforming event is a dated one. */
export function isInstant(text: string): boolean {
  return parseInstant(text) !== undefined;
}

/** Judged by what it is served as: a time of a conforming event is one in its normalized data too. */
export function isLocalInstant(text: string): boolean {
  return toLocalText(text) !== undefined;
}

/** The formats of body schemas. */
export const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  [INSTANT_FORMAT]: isInstant,
  [INSTANT_FORMAT + OR_EMPTY]: (text) => text === '' || isInstant(text),
  [LOCAL_INSTANT_FORMAT]: isLocalInstant,
  [LOCAL_INSTANT_FORMAT + OR_EMPTY]: (text) => text === '' || isLocalInstant(text),
};
