import type { OpenApiDocument, OpenApiOperation, OpenApiResponse } from '@chargelog/http';

export interface DescribedCall {
  readonly method: string;
  readonly path: string;
  readonly operation: OpenApiOperation;
}

/** As an instance serves it. */
export async function readDocument(gateway: { readonly baseUrl: string }): Promise<OpenApiDocument> {
  return (await (await fetch(`${gateway.baseUrl}/openapi.json`)).json()) as OpenApiDocument;
}

export function callsOf(document: OpenApiDocument): DescribedCall[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

/** The call with the values of its parameters in place; those already percent-encoded are given as `{ raw }`. */
export function target(
  call: DescribedCall,
  valueOf: (parameter: NonNullable<OpenApiOperation['parameters']>[number]) => unknown,
): string {
  let path = call.path;
  const query: string[] = [];
  for (const parameter of call.operation.parameters ?? []) {
    const value = valueOf(parameter);
    if (value === undefined) continue;
    if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encode(value));
    else if (parameter.in === 'query')
      query.push(...[value].flat().map((one) => `${encodeURIComponent(parameter.name)}=${encode(one)}`));
  }
  return query.length === 0 ? path : `${path}?${query.join('&')}`;
}

export function encode(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'raw' in value) return String(value.raw);
  return encodeURIComponent(String(value).toWellFormed());
}

/** How the document describes an answer with this status. */
export function responseFor(operation: OpenApiOperation, status: number): OpenApiResponse | undefined {
  return operation.responses[status];
}

/** `text/html; charset=utf-8` to `text/html`. */
export function mediaTypeOf(headers: Headers): string {
  return (headers.get('content-type') ?? '').split(';')[0]?.trim() ?? '';
}
