import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Open, PAGE_HEADERS, renderDocs } from '@chargelog/http';
import { openApiDocument } from './operations.js';

@Controller('docs')
export class DocsController {
  private readonly page = renderDocs(openApiDocument());

  @Get()
  @Open()
  async show(@Res() reply: FastifyReply): Promise<void> {
    await reply.headers(PAGE_HEADERS).send(this.page);
  }
}
