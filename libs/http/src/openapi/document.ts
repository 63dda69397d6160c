import type { GatewayErrorCode } from '@chargelog/domain';
import { PROBLEM_GUIDE } from '../problems/problem-guide.js';
import { PROBLEM_STATUS, PROBLEM_TITLE } from '../problems/problem.filter.js';
import { ref, type OperationDescription, type Schema } from './description.js';

/** Of the API, not of the program: `/v1` and what it promises. */
const API_VERSION = '1.0';

const TAGS: readonly (readonly [string, string])[] = [
  ['Intake', 'Where notifications come in.'],
  ['Events', 'What was received, as history.'],
  ['Feed', 'What was received, in order of arrival.'],
  ['Replays', 'Sending stored events again.'],
  ['Reports', 'What the log as a whole says.'],
  ['Quarantine', 'What could not become events.'],
  ['Rejections', 'Deliveries whose signature was not valid, and why.'],
  ['Access', 'Keys, sources, and who did what.'],
  ['Operation', 'Health and metrics.'],
  ['Reference', 'What there is, and what it means.'],
];

const PROBLEM: Schema = {
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
};

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
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: 'query' | 'path' | 'header';
    readonly description: string;
    readonly required?: boolean;
    readonly schema: Schema;
    readonly example?: unknown;
  }[];
  readonly requestBody?: {
    readonly description: string;
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>;
  };
  readonly responses: Readonly<Record<string, OpenApiResponse>>;
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

/** The whole description as one OpenAPI 3.1 document. */
export function assembleOpenApi(
  operations: readonly OperationDescription[],
  schemas: Readonly<Record<string, Schema>>,
): OpenApiDocument {
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const operation of operations) {
    (paths[operation.path] ??= {})[operation.method] = toOperation(operation);
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
    tags: TAGS.filter(([name]) => operations.some(({ tag }) => tag === name)).map(([name, description]) => ({
      name,
      description,
    })),
    paths,
    components: {
      schemas: { ...schemas, Problem: PROBLEM },
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

function toOperation(operation: OperationDescription): OpenApiOperation {
  const { access, body } = operation;
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description !== undefined && { description: operation.description }),
    security: access === 'open' ? [] : access === 'signature' ? [{ signature: [] }] : [{ key: [access] }],
    ...(operation.parameters !== undefined && {
      parameters: operation.parameters.map((parameter) => ({ ...parameter })),
    }),
    ...(body !== undefined && {
      requestBody: {
        description: body.description,
        required: true,
        content: { 'application/json': { schema: body.schema, example: body.example } },
      },
    }),
    responses: {
      ...operation.answers,
      ...problemResponses(operation),
      default: {
        description: 'What every call may meet: HTTP that cannot be read, or an error of the gateway itself.',
        content: { 'application/problem+json': { schema: ref('Problem') } },
      },
    },
  };
}

/** Codes that share a status share a response; each has its example. */
function problemResponses(operation: OperationDescription): Record<string, OpenApiResponse> {
  const { answers } = operation;
  const codes = problemCodes(operation);
  const responses: Record<string, OpenApiResponse> = {};
  for (const status of new Set(codes.map((code) => PROBLEM_STATUS[code]))) {
    if (answers[status] !== undefined) throw new Error(`status ${status} is described twice`);
    const same = codes.filter((code) => PROBLEM_STATUS[code] === status);
    responses[status] = {
      description: same.map((code) => `\`${code}\`: ${PROBLEM_TITLE[code]}.`).join(' '),
      content: {
        'application/problem+json': {
          schema: ref('Problem'),
          examples: Object.fromEntries(same.map((code) => [code, { value: exampleOf(code) }])),
        },
      },
    };
  }
  return responses;
}

/** What the call names itself, and what every call of its kind may meet. */
function problemCodes({ access, path, problems }: OperationDescription): readonly GatewayErrorCode[] {
  const codes = new Set<GatewayErrorCode>();
  if (access !== 'open' && access !== 'signature') codes.add('unauthenticated').add('forbidden');
  for (const code of problems) codes.add(code);
  if (path.startsWith('/v1/')) codes.add('unknown-parameter');
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
