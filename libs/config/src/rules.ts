import type { Rule } from './checks.js';
import { parseDuration } from './duration.js';
import { didYouMean } from './suggestion.js';

export const isText: Rule = (value) => {
  if (typeof value === 'number' || typeof value === 'boolean') return 'must be text; put it in quotes';
  if (typeof value !== 'string') return 'must be text';
  return value === '' ? 'must not be empty' : undefined;
};

/** A rule for texts only; the value is known to be a text that is not empty. */
export function textRule(rule: (text: string) => string | undefined): Rule {
  return (value) => isText(value) ?? rule(value as string);
}

export function oneOf(words: readonly string[]): Rule {
  return textRule((text) =>
    words.includes(text)
      ? undefined
      : [`must be ${words.length > 1 ? 'one of ' : ''}${words.join(', ')}`, didYouMean(text, words)]
          .filter((part) => part !== undefined)
          .join('; '),
  );
}

/** Names of tenants, sources and secrets: they stand in URLs, metrics and logs. */
export const isName = textRule((text) =>
  /^[a-z0-9][a-z0-9-]{0,62}$/.test(text)
    ? undefined
    : 'must be 1 to 63 lower-case letters, digits and hyphens, starting with a letter or digit',
);

/** A secret is compared byte for byte: white space around it is always a slip of copying. */
export const isSecretText = textRule((text) =>
  text.trim() === text
    ? undefined
    : 'starts or ends with white space, which would be part of the secret; remove it',
);

export function durationBetween(least: string, most: string): Rule {
  const [leastMs = 0, mostMs = 0] = [least, most].map(parseDuration);
  return (value) => {
    const ms = typeof value === 'string' ? parseDuration(value) : undefined;
    if (ms === undefined) return 'must be a duration: a whole number and one of ms, s, m, h, d, like 10m';
    return ms >= leastMs && ms <= mostMs ? undefined : `must be from ${least} to ${most}`;
  };
}

export function wholeNumberBetween(least: number, most: number): Rule {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? undefined
      : `must be a whole number from ${least} to ${most}`;
}

export const isMapping: Rule = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? undefined
    : 'must be a mapping of keys to values';

export const isList: Rule = (value) => (Array.isArray(value) ? undefined : 'must be a list');

export const isFilledList: Rule = (value) =>
  Array.isArray(value) && value.length === 0 ? 'needs at least one entry' : isList(value);

/** Certificates and keys; the usual slip is a path in place of the content. */
export const isPem = textRule((text) =>
  text.includes('-----BEGIN ')
    ? undefined
    : 'must be PEM text; to name a file that holds it write file: before its path',
);
