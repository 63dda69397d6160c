import { GatewayError, type FieldError } from '@chargelog/domain';
import { ValidationPipe, type ValidationError } from '@nestjs/common';

/** Parameters are refused, not ignored: a misspelt filter that is dropped answers another question than was asked. */
export function validationPipe(place: 'query' | 'body'): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    exceptionFactory: (errors) => toGatewayError(errors, place),
  });
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
