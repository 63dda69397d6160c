import type { ValidationError } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import type { CheckContext } from '../openapi/request.js';

type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** What a check of class-validator demands, in our own words. `argument` is the first one of its decorator. */
const WORDS: Readonly<Record<string, (argument: unknown) => string>> = {
  isArray: () => 'must be a list',
  isBoolean: () => 'must be true or false',
  isDefined: () => 'is required',
  isInt: () => 'must be a whole number',
  isNumber: () => 'must be a number',
  isObject: () => 'must be an object',
  nestedValidation: () => 'must be an object',
  isString: () => 'must be a text',
  isUuid: () => 'must be a UUID, like 019ceb8a-ccf0-7d51-9c7e-3f6a20b1d4e8',
  isIn: (words) => `must be one of: ${(words as readonly unknown[]).join(', ')}`,
  min: (least) => `must be ${String(least)} or more`,
  max: (most) => `must be ${String(most)} or less`,
  minLength: (least) => `must have ${String(least)} characters or more`,
  maxLength: (most) => `must have ${String(most)} characters or fewer`,
  arrayMinSize: (least) => `must have ${entries(least)} or more`,
  arrayMaxSize: (most) => `must have ${entries(most)} or fewer`,
  arrayUnique: () => 'must not hold an entry twice',
};

/** The library's own texts never reach a caller; a test sees that every check in use has words. */
const WITHOUT_WORDS = 'is not valid; /docs says what it may be';

/**
 * What a check that failed demands: the message that its declaration gives, or our words for it.
 *
 * @param constraint name of the check
 * @param message what the library says of it: the given message, or a text of its own
 */
export function wordsOf({ property, target }: ValidationError, constraint: string, message: string): string {
  const rules = rulesOf(target).filter(({ propertyName }) => propertyName === property);
  const rule = rules.find((one) => checkOf(one) === constraint);
  if (rule?.message !== undefined) return message;
  const words = rangeOf(rules, constraint) ?? WORDS[constraint]?.(rule?.constraints?.[0]) ?? WITHOUT_WORDS;
  return rule?.each === true ? `of each entry: ${words}` : words;
}

/** The checks that a class declares for its members. */
export function rulesOf(target: object | undefined): readonly Rule[] {
  if (target === undefined) return [];
  return getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
}

/** Checks of a class, and of the classes inside it, that would be told in the library's words; as `member: check`. */
export function checksWithoutWords(type: new () => object): readonly string[] {
  return rulesOf(new type()).flatMap((rule) => {
    const { nested } = (rule.context ?? {}) as CheckContext;
    const inside = nested === undefined ? [] : checksWithoutWords(nested());
    const check = checkOf(rule);
    const isTold = rule.message !== undefined || WORDS[check] !== undefined || NEVER_FAILS.has(check);
    return isTold ? inside : [`${rule.propertyName}: ${check}`, ...inside];
  });
}
const NEVER_FAILS = new Set(['isOptional', 'conditionalValidation']);

function checkOf({ name, type }: Rule): string {
  return name ?? type;
}

/** Who is told one end of a range wants to know the other as well. */
function rangeOf(rules: readonly Rule[], constraint: string): string | undefined {
  if (constraint !== 'min' && constraint !== 'max') return undefined;
  const end = (name: string): number | undefined =>
    rules.find((rule) => rule.name === name)?.constraints?.[0] as number | undefined;
  const [least, most] = [end('min'), end('max')];
  return least === undefined || most === undefined ? undefined : `must be from ${least} to ${most}`;
}

function entries(count: unknown): string {
  return `${String(count)} ${count === 1 ? 'entry' : 'entries'}`;
}
