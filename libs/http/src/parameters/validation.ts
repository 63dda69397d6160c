import { GatewayError, type FieldError } from '@chargelog/domain';
import {
  Injectable,
  ValidationPipe,
  type ArgumentMetadata,
  type PipeTransform,
  type ValidationError,
} from '@nestjs/common';
import { rulesOf, wordsOf } from './check-words.js';

/** No body of the API nests deeper; what does is refused before anything recurses into it. */
const MAX_DEPTH = 8;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bodies reach every route as bytes (the webhook door needs them exact); the API's own calls read JSON from them. */
@Injectable()
export class JsonBodyPipe implements PipeTransform<unknown, object> {
  transform(body: unknown): object {
    let value: unknown;
    if (!Buffer.isBuffer(body) || body.length === 0) {
      throw new GatewayError('invalid-body', 'The request has no body; this call needs a JSON object.');
    }
    try {
      value = JSON.parse(utf8.decode(body));
    } catch {
      throw new GatewayError('invalid-body', 'The request body is not JSON in UTF-8.');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new GatewayError('invalid-body', 'The request body must be a JSON object.');
    }
    return value;
  }
}

/** The same of a call that can do without a body: none says the same as `{}`. */
@Injectable()
export class OptionalJsonBodyPipe extends JsonBodyPipe {
  override transform(body: unknown): object {
    const isAbsent = body === undefined || body === null || (Buffer.isBuffer(body) && body.length === 0);
    return isAbsent ? {} : super.transform(body);
  }
}

/** Parameters are refused, not ignored: a misspelt filter that is dropped answers another question than was asked. */
export function validationPipe(place: 'query' | 'body'): ValidationPipe {
  return new ParameterPipe(place, {
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: true, value: true },
    exceptionFactory: (errors) => toGatewayError(errors, place),
  });
}

class ParameterPipe extends ValidationPipe {
  constructor(
    private readonly place: 'query' | 'body',
    options: ConstructorParameters<typeof ValidationPipe>[0],
  ) {
    super(options);
  }

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    refuseInheritedNames(value, this.place, '', MAX_DEPTH);
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

/** Nest and class-transformer drop `__proto__`, `prototype` and names of methods silently; here they are unknown like any other. */
function refuseInheritedNames(
  value: unknown,
  place: 'query' | 'body',
  parent: string,
  depthLeft: number,
): void {
  if (typeof value !== 'object' || value === null) return;
  if (depthLeft === 0)
    throw new GatewayError('invalid-body', `The value nests deeper than ${MAX_DEPTH} levels.`);
  for (const [key, inner] of Object.entries(value)) {
    const name = parent + key;
    if (key in Object.prototype || key === 'prototype') {
      const reason = 'is not known here';
      throw new GatewayError('unknown-parameter', `${name}: ${reason}`, {
        errors: [{ in: place, name, reason }],
      });
    }
    refuseInheritedNames(inner, place, `${name}.`, depthLeft - 1);
  }
}

function toGatewayError(errors: readonly ValidationError[], place: 'query' | 'body'): GatewayError {
  const fields = errors.flatMap((error) => flatten(error, place, ''));
  const unknown = errors.filter((error) => error.constraints?.['whitelistValidation'] !== undefined);
  const code =
    unknown.length === errors.length
      ? 'unknown-parameter'
      : place === 'body'
        ? 'invalid-body'
        : 'invalid-parameter';
  const detail = fields.map((field) => `${field.name}: ${field.reason}`);
  // Once, however many are unknown: an answer must not be many times its request.
  const owner = ownerOfUnknown(errors);
  if (owner !== undefined) detail.push(`known are ${namesOf(owner)}`);
  return new GatewayError(code, detail.join('; '), { errors: fields });
}

function flatten(error: ValidationError, place: 'query' | 'body', parent: string): FieldError[] {
  const name = parent + error.property;
  const children = (error.children ?? []).flatMap((child) => flatten(child, place, `${name}.`));
  // One reason is enough: what is no number is not too large as well. Decorators run from below, so the outermost, which
  // says what kind of value it is, comes last.
  const [constraint, message] = Object.entries(error.constraints ?? {}).at(-1) ?? [];
  if (constraint === undefined || message === undefined) return children;
  return [{ in: place, name, reason: reasonOf(error, constraint, message) }, ...children];
}

function reasonOf(error: ValidationError, constraint: string, message: string): string {
  if (constraint === 'whitelistValidation') return 'is not known here';
  return error.value === undefined ? 'is required' : wordsOf(error, constraint, message);
}

/** What the first unknown name was looked up in. */
function ownerOfUnknown(errors: readonly ValidationError[]): object | undefined {
  for (const { constraints, target, children = [] } of errors) {
    const owner = constraints?.['whitelistValidation'] === undefined ? ownerOfUnknown(children) : target;
    if (owner !== undefined) return owner;
  }
  return undefined;
}

function namesOf(owner: object): string {
  return [...new Set(rulesOf(owner).map(({ propertyName }) => propertyName))].join(', ');
}
