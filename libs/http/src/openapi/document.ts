import type { Type } from '@nestjs/common';
import type { GatewayErrorCode } from '@chargelog/domain';
import { PROBLEM_GUIDE } from '../problems/problem-guide.js';
import { PROBLEM_STATUS, PROBLEM_TITLE } from '../problems/problem.filter.js';
import { operationOf, TAGS, tagOf, type OperationText } from './operation.js';
import { membersOf, schemaOf } from './request.js';
import { routesOf, type Route } from './routes.js';
import { DEFINITION, named, schema, type Schema } from './schema.js';

/** Of the API, not of the program: `/v1` and what it promises. */
const API_VERSION = '1.0';

const PROBLEM = named(
  'Problem',
  schema({
    type: 'object',
    description: 'RFC 9457. Further members depend on the code.',
    properties: {
      type: {
        type: 'string',
        description: 'Address of a page about the code; `about:blank` where there is none.',
      },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { type: 'string', enum: Object.keys(PROBLEM_GUIDE) },
      detail: { type: 'string' },
      errors: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            in: { type: 'string', enum: ['query', 'path', 'header', 'body'] },
            name: { type: 'string' },
            reason: { type: 'string' },
          },
          required: ['in', 'name', 'reason'],
          additionalProperties: false,
        },
      },
    },
    required: ['type', 'title', 'status', 'detail'],
    additionalProperties: true,
  }),
);

/** The parts of a document that its readers here go through; everything else is passed on as it is. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

export interface OpenApiOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly OpenApiParameter[];
  readonly requestBody?: {
    readonly description: string;
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>;
  };
  readonly responses: Readonly<Record<string, OpenApiResponse>>;
}

export interface OpenApiParameter {
  readonly in: 'query' | 'path' | 'header';
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

export interface OpenApiResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<
    Record<
      string,
      {
        readonly schema: Schema;
        readonly example?: unknown;
        readonly examples?: Readonly<Record<string, unknown>>;
      }
    >
  >;
}

type Call = Route & { readonly tag: keyof typeof TAGS; readonly text: OperationText };

/**
 * The description of the calls of these controllers, as one OpenAPI 3.1 document. It is the same in whatever order they
 * are given.
 *
 * @throws Error where a call, a part of a path or a parameter is not described, or two schemas have one name.
 */
export function assembleOpenApi(controllers: readonly Type[]): OpenApiDocument {
  const calls = controllers.flatMap(routesOf).map(toCall).toSorted(byTagAndPath);
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  const schemas: Record<string, Schema> = {};
  for (const call of calls) {
    const operation = toOperation(call);
    (paths[call.path] ??= {})[call.method] = operation;
    collectSchemas(operation, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Chargelog',
      version: API_VERSION,
      summary: 'The notification gateway of a charging network.',
      description:
        'Everything AMPECO tells by webhook and by Kafka, stored once and asked for again. Calls refuse parameters, and members of a body, that they do not know. Errors are problem documents (RFC 9457); `type` leads to a page about the code.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'Where this document was read.' }],
    tags: Object.entries(TAGS)
      .filter(([name]) => calls.some(({ tag }) => tag === name))
      .map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key. Each call names the scope the key needs; the admin key has all of them.',
        },
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Signature',
          description: "AMPECO's HMAC-SHA256 over the body.",
        },
      },
    },
  };
}

function toCall(route: Route): Call {
  const text = operationOf(route.handler);
  if (text === undefined) throw new Error(`${route.name} is not described: it has no @Operation`);
  const tag = tagOf(route.controller);
  if (tag === undefined)
    throw new Error(`${route.name} has no place in the reference: ${route.controller.name} has no @Tag`);
  return { ...route, tag, text };
}

const TAG_ORDER = Object.keys(TAGS);

function byTagAndPath(a: Call, b: Call): number {
  const tags = TAG_ORDER.indexOf(a.tag) - TAG_ORDER.indexOf(b.tag);
  if (tags !== 0 || a.path === b.path) return tags;
  return a.path < b.path ? -1 : 1;
}

function toOperation(call: Call): OpenApiOperation {
  const { text, access } = call;
  const parameters = parametersOf(call);
  const body = bodyOf(call);
  return {
    operationId: text.id,
    tags: [call.tag],
    summary: text.summary,
    ...(text.description !== undefined && { description: text.description }),
    security:
      text.proof !== undefined ? [{ [text.proof]: [] }] : access === 'open' ? [] : [{ key: [access] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: body }),
    responses: {
      [call.status]: text.returns,
      ...text.alsoReturns,
      ...problemResponses(call),
      default: {
        description: 'What every call may meet: HTTP that cannot be read, or an error of the gateway itself.',
        content: { 'application/problem+json': { schema: PROBLEM } },
      },
    },
  };
}

function parametersOf({ name: call, path, query, text }: Call): readonly OpenApiParameter[] {
  const parts = Object.entries(text.path ?? {});
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).toSorted();
  const described = parts.map(([name]) => name).toSorted();
  if (inPath.join() !== described.join())
    throw new Error(
      `${call}: its path has the parts [${inPath.join()}], described are [${described.join()}]`,
    );
  return [
    ...parts.map(([name, part]) => ({ in: 'path', name, ...part, required: true }) as const),
    ...(query === undefined ? [] : queryParameters(call, query)),
    ...Object.entries(text.headers ?? {}).map(
      ([name, header]) => ({ in: 'header', name, schema: { type: 'string' }, ...header }) as const,
    ),
  ];
}

function queryParameters(call: string, query: Type): readonly OpenApiParameter[] {
  return membersOf(query).map(({ name, description, schema, required, example }) => {
    if (description === undefined) throw new Error(`${call}: the parameter ${name} is not described`);
    return {
      in: 'query',
      name,
      description,
      schema,
      ...(required && { required }),
      ...(example !== undefined && { example }),
    };
  });
}

function bodyOf({ name, body, text }: Call): OpenApiOperation['requestBody'] {
  const schema = body === undefined ? text.body?.schema : schemaOf(body);
  if (schema === undefined) return undefined;
  if (text.body === undefined) throw new Error(`${name}: its body is not described`);
  const { description, example, isOptional = false } = text.body;
  return { description, required: !isOptional, content: { 'application/json': { schema, example } } };
}

/** Codes that share a status share a response; each has its example. */
function problemResponses(call: Call): Record<string, OpenApiResponse> {
  const codes = problemCodes(call);
  const responses: Record<string, OpenApiResponse> = {};
  for (const status of new Set(codes.map((code) => PROBLEM_STATUS[code]))) {
    if (call.status === status || call.text.alsoReturns?.[status] !== undefined)
      throw new Error(`${call.name}: status ${status} is described twice`);
    const same = codes.filter((code) => PROBLEM_STATUS[code] === status);
    responses[status] = {
      description: same.map((code) => `\`${code}\`: ${PROBLEM_TITLE[code]}.`).join(' '),
      content: {
        'application/problem+json': {
          schema: PROBLEM,
          examples: Object.fromEntries(same.map((code) => [code, { value: exampleOf(code) }])),
        },
      },
    };
  }
  return responses;
}

/** What the call names itself, and what every call of its kind may meet. Those of the API that need a key read the store. */
function problemCodes({ access, path, query, body, text }: Call): readonly GatewayErrorCode[] {
  const codes = new Set<GatewayErrorCode>();
  const isApi = path.startsWith('/v1/');
  if (access !== 'open') codes.add('unauthenticated').add('forbidden');
  if (query !== undefined) codes.add('invalid-parameter');
  if (body !== undefined) codes.add('invalid-body');
  for (const code of text.problems ?? []) codes.add(code);
  if (isApi && access !== 'open') codes.add('store-away').add('query-timeout').add('overloaded');
  if (isApi) codes.add('unknown-parameter');
  return [...codes];
}

function exampleOf(code: GatewayErrorCode): Record<string, unknown> {
  return {
    type: `/problems/${code}`,
    title: PROBLEM_TITLE[code],
    status: PROBLEM_STATUS[code],
    code,
    detail: PROBLEM_GUIDE[code].means,
  };
}

/** Adds the named schemas that a description refers to, and those that they refer to, nearest first. */
function collectSchemas(description: object, into: Record<string, Schema>): void {
  const waiting: object[] = [description];
  for (const next of waiting) {
    const { $ref, [DEFINITION]: definition } = next as Schema;
    if ($ref !== undefined && definition !== undefined) {
      const name = $ref.slice($ref.lastIndexOf('/') + 1);
      const known = into[name];
      if (known === undefined) waiting.push((into[name] = definition));
      else if (known !== definition && JSON.stringify(known) !== JSON.stringify(definition))
        throw new Error(`two schemas have the name ${name}`);
    }
    for (const inner of Object.values(next) as unknown[])
      if (typeof inner === 'object' && inner !== null) waiting.push(inner);
  }
}
