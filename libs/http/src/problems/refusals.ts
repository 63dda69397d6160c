import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';

const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

const DETAIL: Readonly<Record<number, string>> = {
  400: 'The request is not well formed; check the URL encoding and the HTTP syntax.',
  408: 'The request did not arrive in time.',
  417: 'This gateway meets no expectation but 100-continue.',
  414: 'A part of the path is longer than anything here is named.',
  431: 'The request headers are larger than this gateway accepts.',
};

/** For Fastify's `frameworkErrors`: what it refuses before a route is found, and so before any filter. */
export function refuseUnroutable(
  error: { readonly statusCode?: number | undefined },
  _request: unknown,
  reply: FastifyReply,
): void {
  const status = error.statusCode ?? 400;
  void reply.status(status).header('content-type', PROBLEM_JSON).send(problem(status));
}

/** For Node's `checkExpectation`, which otherwise answers without a word. */
export function refuseExpectation(response: ServerResponse): void {
  const body = problem(417);
  response
    .writeHead(417, {
      'content-type': PROBLEM_JSON,
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    })
    .end(body);
}

/** For Fastify's `clientErrorHandler`: bytes that Node could not read as a request. The connection ends with it. */
export function refuseUnreadable(error: { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const body = problem(status);
  // Where an answer is under way already, a second head would be read as part of it.
  if (socket.writable && socket.bytesWritten === 0) {
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
        `Content-Type: ${PROBLEM_JSON}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}

function problem(status: number): string {
  return JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    detail: DETAIL[status] ?? 'The request could not be read.',
  });
}
