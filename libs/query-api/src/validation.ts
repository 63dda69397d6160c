import { GatewayError, type FieldError } from '@chargelog/domain';
import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';

/** No body of the API nests deeper; what does is refused before anything recurses into it. */
const MAX_DEPTH = 8;

/** Parameters are refused, not ignored: a misspelt filter that is dropped answers another question than was asked. */
export function validationPipe(place: 'query' | 'body'): ValidationPipe {
  return new ParameterPipe(place, {
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
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
  const detail = fields.map((field) => `${field.name}: ${field.reason}`).join('; ');
  return new GatewayError(code, detail, { errors: fields });
}

function flatten(error: ValidationError, place: 'query' | 'body', parent: string): FieldError[] {
  const name = parent + error.property;
  const own = Object.entries(error.constraints ?? {}).map(([constraint, message]) => ({
    in: place,
    name,
    reason:
      constraint === 'whitelistValidation'
        ? 'is not known here'
        : message.replace(new RegExp(`^${error.property} `), ''),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, place, `${name}.`))];
}
