import { Open } from '@chargelog/access';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { openApiDocument } from '../openapi/operations.js';
import { PAGE_HEADERS } from './html.js';
import { renderDocs } from './render-docs.js';

@Controller('docs')
export class DocsController {
  private readonly page = renderDocs(openApiDocument());

  @Get()
  @Open()
  async show(@Res() reply: FastifyReply): Promise<void> {
    await reply.headers(PAGE_HEADERS).send(this.page);
  }
}
