import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError, type GatewayErrorCode } from '@chargelog/domain';
import {
  escapeHtml,
  isProblemCode,
  Open,
  Operation,
  PAGE_HEADERS,
  PROBLEM_GUIDE,
  PROBLEM_STATUS,
  PROBLEM_TITLE,
  prose,
  renderPage,
  json,
  Tag,
} from '@chargelog/http';

const PROBLEM_PAGE = json.named(
  'ProblemPage',
  json.object({
    code: json.text(),
    title: json.text(),
    status: json.count(),
    means: json.text(),
    whatToDo: json.text(),
  }),
);

/** Where `type` of a problem document leads. */
@Tag('Reference')
@Controller('problems')
export class ProblemsController {
  @Get(':code')
  @Open()
  @Operation({
    id: 'explainProblem',
    summary: 'What an error code means and what to do',
    description: '`type` of a problem document leads here. A page, or JSON where that is what is accepted.',
    path: {
      code: {
        description: '`code` of a problem document.',
        schema: json.pattern('^[a-z-]+$'),
        example: 'store-away',
      },
    },
    returns: {
      description: 'The explanation.',
      content: { 'text/html': { schema: json.text() }, 'application/json': { schema: PROBLEM_PAGE } },
    },
    problems: ['not-found'],
  })
  async explain(
    @Param('code') code: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!isProblemCode(code)) {
      throw new GatewayError('not-found', 'No problem has this code. /docs lists the codes of every call.');
    }
    void reply.header('vary', 'accept');
    if (wantsJson(request.headers.accept)) {
      await reply.send({
        code,
        title: PROBLEM_TITLE[code],
        status: PROBLEM_STATUS[code],
        ...PROBLEM_GUIDE[code],
      });
      return;
    }
    await reply.headers(PAGE_HEADERS).send(renderProblem(code));
  }
}

/** A browser names both; it gets the page. */
function wantsJson(accept = ''): boolean {
  return accept.includes('json') && !accept.includes('text/html');
}

function renderProblem(code: GatewayErrorCode): string {
  const { means, whatToDo } = PROBLEM_GUIDE[code];
  return renderPage(
    `${code}: ${PROBLEM_TITLE[code]}`,
    `<p class="scope"><code>${escapeHtml(code)}</code>, HTTP ${PROBLEM_STATUS[code]}</p>
<h1>${escapeHtml(PROBLEM_TITLE[code])}</h1>
<h4>What it means</h4><p>${prose(means)}</p>
<h4>What to do</h4><p>${prose(whatToDo)}</p>
<p><a href="/docs">All calls</a></p>`,
  );
}
