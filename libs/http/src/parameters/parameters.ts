import { expandTypePattern } from '@chargelog/catalogue';
import { parseInstant } from '@chargelog/domain';
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import {
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  registerDecorator,
  type ValidationOptions,
} from 'class-validator';
import { Described, type CheckContext } from '../openapi/request.js';
import { decimalId, pattern, sourceName, text } from '../openapi/schema.js';

const INSTANT_WANTED = 'must be an RFC 3339 instant like 2026-03-14T09:26:53Z, or a date like 2026-03-14';
const PLUS = 'in a URL a + stands for a space, so write it as %2B';
const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const DECIMAL = /^(0|[1-9]\d{0,17})$/;
const SOURCE = /^[a-z0-9-]{1,64}$/;
// NUL cannot be stored, so nothing has it, and Postgres refuses it as a parameter.
const NAME = /^[^\p{Cc}\p{Cs}]+$/u;
const SUBJECT = /^[A-Za-z]+\/[^\0]+$/;

const UNBROKEN_NAME = '^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]{1,255}$';
const INSTANT_OR_DATE =
  'RFC 3339 instant, or a bare date for its midnight UTC. Without an offset it is UTC. Write `+` of an offset as `%2B` in a URL.';

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
    { schema: text(), says: INSTANT_OR_DATE },
    INSTANT_WANTED,
    (value) => typeof value === 'string' && instantOf(value) !== undefined,
    { message: ({ value }) => (isSpacedOffset(value) ? `${INSTANT_WANTED}; ${PLUS}` : INSTANT_WANTED) },
  );

/** `…T09:26:53 01:00`, which somebody wrote as `…T09:26:53+01:00`. */
function isSpacedOffset(value: unknown): boolean {
  return typeof value === 'string' && /[T ]\d{2}:\d{2}\S* \d{2}:\d{2}$/.test(value);
}

export function isDecimalId(value: unknown): boolean {
  return typeof value === 'string' && DECIMAL.test(value);
}

export const IsDecimalId = (message = 'must be an id in decimal digits'): PropertyDecorator =>
  check('isDecimalId', { schema: decimalId() }, message, isDecimalId);

const RELATED_ID = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/** An id of AMPECO's: mostly a number, which a JSON body may hold as one; a text where a tenant has texts. */
export const IsRelatedId = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'number' && value >= 0 && Number.isSafeInteger(value) ? String(value) : value,
    ),
    check(
      'isRelatedId',
      {
        schema: {
          anyOf: [pattern(UNBROKEN_NAME), { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }],
        },
      },
      'must be an id: a text of 1 to 255 characters, or in a body a whole number up to 9007199254740991; write a larger number as text',
      (value) => typeof value === 'string' && RELATED_ID.test(value),
    ),
  );

export function isSourceName(value: unknown): boolean {
  return typeof value === 'string' && SOURCE.test(value);
}

export const IsSourceName = (): PropertyDecorator =>
  check('isSourceName', { schema: sourceName() }, 'must be the name of a source', isSourceName);

/** A name that a stored notification can have; any other text would be refused by the database rather than match nothing. */
export const IsNotificationName = (options: ValidationOptions = {}): PropertyDecorator =>
  check(
    'isNotificationName',
    { schema: pattern(UNBROKEN_NAME) },
    'must be a name of a notification: 1 to 255 characters, none of them a control character',
    (value) => typeof value === 'string' && value.length <= 255 && NAME.test(value),
    options,
  );

export const IsSubject = (): PropertyDecorator =>
  check(
    'isSubject',
    { schema: { ...pattern('^[A-Za-z]+/[^\\u0000]+$'), maxLength: 300 } },
    'must be a resource and its id, like chargePoint/1187',
    (value) => typeof value === 'string' && value.length <= 300 && SUBJECT.test(value),
  );

export const IsEventTypePattern = (): PropertyDecorator =>
  check(
    'isEventTypePattern',
    { schema: text() },
    'must be event types like session.started, or all of a resource like session.*; GET /v1/catalogue lists them',
    (value) => typeof value === 'string' && expandTypePattern(value) !== undefined,
    { each: true },
  );

/** How much is answered at once: 1 to `maximum`. The property holds the default. */
export const Limit = (maximum: number, description: string, example?: number): PropertyDecorator =>
  // From the innermost outwards, as a stack of decorators runs: the last check is the one whose words are shown.
  applyDecorators(
    Described(description, example === undefined ? {} : { example }),
    Max(maximum),
    Min(1),
    IsInt(),
    AsNumber(),
    IsOptional(),
  );

/** `next` of a page, copied whole. */
export const Cursor = (description: string, example?: string): PropertyDecorator =>
  applyDecorators(
    Described(description, example === undefined ? {} : { example }),
    MaxLength(200),
    IsString(),
    IsOptional(),
  );

function check(
  name: string,
  context: CheckContext,
  message: string,
  validate: (value: unknown) => boolean,
  options: ValidationOptions = {},
): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(propertyName),
      options: { message, context, ...options },
      validator: { validate },
    });
}

/** RFC 3339 in UTC; null for what has not happened. */
export function iso(ms: number): string;
export function iso(ms: number | undefined): string | null;
export function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
