import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError, type GatewayErrorCode } from '@chargelog/domain';
import {
  Open,
  escapeHtml,
  PAGE_HEADERS,
  prose,
  renderPage,
  PROBLEM_STATUS,
  PROBLEM_TITLE,
  isProblemCode,
  PROBLEM_GUIDE,
} from '@chargelog/http';

/** Where `type` of a problem document leads. */
@Controller('problems')
export class ProblemsController {
  @Get(':code')
  @Open()
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
