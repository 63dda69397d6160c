import {
  answer,
  object,
  ref,
  type OperationDescription,
  type Schema,
  pathParameter,
  queryParameter,
} from '@chargelog/http';

const html = { 'text/html': { schema: { type: 'string' } } } as const;

export const OPERATION_SCHEMAS: Readonly<Record<string, Schema>> = {
  Live: object({ status: { type: 'string', const: 'live' } }),
  Readiness: object({
    status: { type: 'string', enum: ['ready', 'not ready'] },
    database: object({ ok: { type: 'boolean' }, detail: { type: 'string' } }, ['ok']),
    kafka: {
      type: 'array',
      items: object(
        {
          source: { type: 'string' },
          ok: { type: 'boolean' },
          state: {
            type: 'string',
            enum: ['idle', 'connecting', 'running', 'blocked', 'restarting', 'stopped'],
          },
          detail: { type: 'string' },
          lag: { type: 'string', pattern: '^-?[0-9]+$', description: 'Records not stored yet.' },
          gaps: { type: 'integer', description: 'Ranges of offsets ever gone before being read.' },
          unacknowledgedGaps: {
            type: 'integer',
            description: 'Of these, those that nobody has acknowledged; not ready while there are any.',
          },
          whatToDo: { type: 'string', description: 'Where it will not pass by itself.' },
        },
        ['source', 'ok', 'state', 'gaps', 'unacknowledgedGaps'],
      ),
    },
  }),
  ProblemPage: object({
    code: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    means: { type: 'string' },
    whatToDo: { type: 'string' },
  }),
  Catalogue: object({
    version: { type: 'integer', description: 'Raised when a type, subject or related id changes.' },
    types: { type: 'array', items: { type: 'string' }, description: 'The closed set of event types.' },
    notifications: {
      type: 'array',
      items: object(
        {
          name: { type: 'string', description: "AMPECO's name." },
          title: { type: 'string' },
          types: { type: 'array', items: { type: 'string' } },
          deprecated: { type: 'boolean' },
          supersededBy: { type: 'string' },
          evidence: {
            type: 'string',
            enum: ['documented', 'seen', 'inferred'],
            description: 'In the specification of AMPECO, in captured traffic, or reasoned from either.',
          },
          schema: { type: 'string', description: 'Address of the JSON Schema of normalized data.' },
        },
        ['name', 'title', 'types', 'deprecated', 'evidence', 'schema'],
      ),
    },
  }),
};

export const OPERATION: readonly OperationDescription[] = [
  {
    id: 'getCatalogue',
    method: 'get',
    path: '/v1/catalogue',
    tag: 'Reference',
    summary: 'Event types, and the notifications they come from',
    access: 'open',
    answers: { 200: answer('The whole catalogue.', ref('Catalogue')) },
    problems: [],
  },
  {
    id: 'getSchema',
    method: 'get',
    path: '/v1/schemas/{notification}/{major}',
    tag: 'Reference',
    summary: 'JSON Schema of the data of a notification',
    description: 'JSON Schema 2020-12. Within a major only additions are made.',
    access: 'open',
    parameters: [
      pathParameter('notification', "AMPECO's name.", { type: 'string' }, 'session.start.stop.notification'),
      pathParameter('major', 'Major of the schema.', { type: 'string', pattern: '^[1-9][0-9]{0,3}$' }, '1'),
      queryParameter(
        'data',
        '`normalized`: of `data` as events have it. `raw`: of the body as AMPECO documents it.',
        { type: 'string', enum: ['normalized', 'raw'], default: 'normalized' },
        'raw',
      ),
    ],
    answers: {
      200: {
        description: 'The schema.',
        content: { 'application/schema+json': { schema: { type: 'object' } } },
      },
    },
    problems: ['invalid-parameter', 'not-found'],
  },
  {
    id: 'isLive',
    method: 'get',
    path: '/health/live',
    tag: 'Operation',
    summary: 'The process runs and answers',
    description:
      'Says nothing of the database: restarting this process would not mend that one. Meant for liveness probes.',
    access: 'open',
    answers: { 200: answer('It does.', ref('Live'), { status: 'live' }) },
    problems: [],
  },
  {
    id: 'isReady',
    method: 'get',
    path: '/health/ready',
    tag: 'Operation',
    summary: 'Whether every part works, each with its state',
    description: 'Meant for balancers and readiness probes.',
    access: 'open',
    answers: {
      200: answer('All parts work.', ref('Readiness')),
      503: answer('At least one part does not; it is named.', ref('Readiness')),
    },
    problems: [],
  },
  {
    id: 'readMetrics',
    method: 'get',
    path: '/metrics',
    tag: 'Operation',
    summary: 'Metrics in the text format of Prometheus',
    description: 'docs/metrics.md says what each means and when to worry. The database is not asked.',
    access: 'metrics',
    answers: {
      200: { description: 'All metrics.', content: { 'text/plain': { schema: { type: 'string' } } } },
    },
    problems: [],
  },
  {
    id: 'showHome',
    method: 'get',
    path: '/',
    tag: 'Reference',
    summary: 'A page for whoever opens the address in a browser',
    access: 'open',
    answers: { 200: { description: 'It shows no data.', content: html } },
    problems: [],
  },
  {
    id: 'showDocs',
    method: 'get',
    path: '/docs',
    tag: 'Reference',
    summary: 'This reference as a page',
    access: 'open',
    answers: { 200: { description: 'The page.', content: html } },
    problems: [],
  },
  {
    id: 'getOpenApi',
    method: 'get',
    path: '/openapi.json',
    tag: 'Reference',
    summary: 'This reference as OpenAPI 3.1',
    access: 'open',
    answers: { 200: answer('The document.', { type: 'object' }) },
    problems: [],
  },
  {
    id: 'explainProblem',
    method: 'get',
    path: '/problems/{code}',
    tag: 'Reference',
    summary: 'What an error code means and what to do',
    description: '`type` of a problem document leads here. A page, or JSON where that is what is accepted.',
    access: 'open',
    parameters: [
      pathParameter(
        'code',
        '`code` of a problem document.',
        { type: 'string', pattern: '^[a-z-]+$' },
        'store-away',
      ),
    ],
    answers: {
      200: {
        description: 'The explanation.',
        content: { ...html, 'application/json': { schema: ref('ProblemPage') } },
      },
    },
    problems: ['not-found'],
  },
];
