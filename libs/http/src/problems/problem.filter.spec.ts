import { HttpException, type ArgumentsHost } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '@chargelog/domain';
import { ProblemFilter } from './problem.filter.js';

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: Record<string, unknown>;
}

function answerTo(thrown: unknown): { answer: Answer; logged: unknown[] } {
  const answer: Answer = { status: 0, headers: {}, body: {} };
  const reply = {
    sent: false,
    status: (status: number) => ((answer.status = status), reply),
    header: (name: string, value: unknown) => ((answer.headers[name] = value), reply),
    type: (value: string) => reply.header('content-type', value),
    send: (text: string) => ((answer.body = JSON.parse(text) as Answer['body']), reply),
  };
  const request = { method: 'GET', routeOptions: { url: '/v1/events/:id' } };
  const host = { switchToHttp: () => ({ getRequest: () => request, getResponse: () => reply }) };
  const logged: unknown[] = [];
  const filter = new ProblemFilter((error, where) => logged.push([error, where]));

  filter.catch(thrown, host as unknown as ArgumentsHost);
  return { answer, logged };
}

describe('ProblemFilter', () => {
  it('tells what a caller can act on', () => {
    const { answer, logged } = answerTo(
      new GatewayError('invalid-parameter', 'limit: must be a number', {
        errors: [{ in: 'query', name: 'limit', reason: 'must be a number' }],
      }),
    );
    expect(answer).toEqual({
      status: 400,
      headers: { 'content-type': 'application/problem+json' },
      body: {
        type: '/problems/invalid-parameter',
        title: 'A parameter is not valid',
        status: 400,
        code: 'invalid-parameter',
        detail: 'limit: must be a number',
        errors: [{ in: 'query', name: 'limit', reason: 'must be a number' }],
      },
    });
    expect(logged).toEqual([]);
  });

  it('names the method where a call does not exist', () => {
    const { answer } = answerTo(new HttpException('Cannot GET /webhooks/ampeco', 404));
    expect(answer.body).toMatchObject({
      code: 'not-found',
      detail: 'Nothing answers GET at this path. The documentation lists every call with its method.',
    });
  });

  it('says when to come back, and how to sign in', () => {
    expect(answerTo(new GatewayError('overloaded', 'x', { retryAfter: 1 })).answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': 1 },
    });
    expect(answerTo(new GatewayError('unauthenticated', 'x')).answer).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="chargelog"' },
    });
  });

  it.each([
    ["Nest's unknown route", new HttpException('Cannot GET /secret/path', 404), 404, 'not-found'],
    [
      "Fastify's body limit",
      Object.assign(new Error('limit of 77 exceeded'), { statusCode: 413 }),
      413,
      'too-large',
    ],
    [
      "Fastify's refusal to read",
      Object.assign(new Error('broken by 77'), { statusCode: 400 }),
      400,
      'invalid-body',
    ],
    ['a shutdown', Object.assign(new Error('closing 77'), { statusCode: 503 }), 503, 'overloaded'],
  ])('names %s without quoting it', (_what, error, status, code) => {
    const { answer } = answerTo(error);
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect(JSON.stringify(answer.body)).not.toContain(error.message);
  });

  it.each([
    ['an error', new Error('password=hunter2 at /srv/app')],
    ['a database error', Object.assign(new Error('column "x"'), { code: '42703', detail: 'row (1, Ann)' })],
    ['text', 'thrown text'],
    ['null', null],
    ['a status that is none of ours', Object.assign(new Error('x'), { statusCode: 502 })],
  ])('keeps %s to the log, with the route and not the path', (_what, error) => {
    const { answer, logged } = answerTo(error);
    expect(answer).toEqual({
      status: 500,
      headers: { 'content-type': 'application/problem+json' },
      body: {
        type: 'about:blank',
        title: 'Internal error',
        status: 500,
        detail: 'The gateway met an error of its own; its log says more.',
      },
    });
    expect(logged).toEqual([[error, { method: 'GET', route: '/v1/events/:id' }]]);
  });
});
