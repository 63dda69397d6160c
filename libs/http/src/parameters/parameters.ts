import { expandTypePattern } from '@chargelog/catalogue';
import { parseInstant } from '@chargelog/domain';
import { Transform } from 'class-transformer';
import { registerDecorator, type ValidationOptions } from 'class-validator';

const INSTANT = 'must be an RFC 3339 instant like 2026-03-14T09:26:53Z, or a date like 2026-03-14';
const PLUS = 'in a URL a + stands for a space, so write it as %2B';
const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const DECIMAL = /^(0|[1-9]\d{0,17})$/;
// NUL cannot be stored, so nothing has it, and Postgres refuses it as a parameter.
const NOTIFICATION_NAME = /^[^\p{Cc}\p{Cs}]+$/u;
const SUBJECT = /^[A-Za-z]+\/[^\0]+$/;

/** ms since 1970 UTC from RFC 3339, or from a bare date, which is its midnight UTC. */
export function instantOf(text: string): number | undefined {
  return parseInstant(DATE_ONLY.test(text) ? `${text}T00:00:00Z` : text);
}

/** One value or several (`?type=a&type=b`); always an array afterwards. */
export const Repeatable = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    value === undefined || Array.isArray(value) ? value : [value],
  );

/** Decimal text to a number; anything else stays as it is and fails the checks that follow. */
export const AsNumber = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^(0|[1-9]\d{0,11})(\.\d+)?$/.test(value) ? Number(value) : value,
  );

export const IsInstant = (): PropertyDecorator =>
  check(
    'isInstant',
    INSTANT,
    (value) => {
      return typeof value === 'string' && instantOf(value) !== undefined;
    },
    { message: ({ value }) => (isSpacedOffset(value) ? `${INSTANT}; ${PLUS}` : INSTANT) },
  );

/** `…T09:26:53 01:00`, which somebody wrote as `…T09:26:53+01:00`. */
function isSpacedOffset(value: unknown): boolean {
  return typeof value === 'string' && /[T ]\d{2}:\d{2}\S* \d{2}:\d{2}$/.test(value);
}

export function isDecimalId(value: unknown): boolean {
  return typeof value === 'string' && DECIMAL.test(value);
}

export const IsDecimalId = (): PropertyDecorator =>
  check('isDecimalId', 'must be an id in decimal digits', isDecimalId);

export function isSourceName(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z0-9-]{1,64}$/.test(value);
}

export const IsSourceName = (): PropertyDecorator =>
  check('isSourceName', 'must be the name of a source', isSourceName);

/** A name that a stored notification can have; any other text would be refused by the database rather than match nothing. */
export const IsNotificationName = (options: ValidationOptions = {}): PropertyDecorator =>
  check(
    'isNotificationName',
    'must be a name of a notification: 1 to 255 characters, none of them a control character',
    (value) => typeof value === 'string' && value.length <= 255 && NOTIFICATION_NAME.test(value),
    options,
  );

export const IsSubject = (): PropertyDecorator =>
  check('isSubject', 'must be a resource and its id, like chargePoint/1187', (value) => {
    return typeof value === 'string' && value.length <= 300 && SUBJECT.test(value);
  });

export const IsEventTypePattern = (): PropertyDecorator =>
  check(
    'isEventTypePattern',
    'must be event types like session.started, or all of a resource like session.*; GET /v1/catalogue lists them',
    (value) => typeof value === 'string' && expandTypePattern(value) !== undefined,
    { each: true },
  );

function check(
  name: string,
  message: string,
  validate: (value: unknown) => boolean,
  options: ValidationOptions = {},
): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(propertyName),
      options: { message, ...options },
      validator: { validate },
    });
}
