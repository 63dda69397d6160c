import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import {
  answer,
  answerOf,
  Open,
  Operation,
  PAGE_HEADERS,
  renderDocs,
  json,
  type OpenApiDocument,
  Tag,
} from '@chargelog/http';
import type { FastifyReply } from 'fastify';

export const API_DOCUMENT = Symbol('ApiDocument');

/** The description of the API, for people and for programs. */
@Tag('Reference')
@Controller()
export class DocsController {
  private readonly page: string;
  private readonly json: string;

  constructor(@Inject(API_DOCUMENT) document: OpenApiDocument) {
    this.page = renderDocs(document);
    this.json = JSON.stringify(document);
  }

  @Get('docs')
  @Open()
  @Operation({
    id: 'showDocs',
    summary: 'This reference as a page',
    returns: answerOf('text/html', 'The page.', json.text()),
  })
  async show(@Res() reply: FastifyReply): Promise<void> {
    await reply.headers(PAGE_HEADERS).send(this.page);
  }

  @Get('openapi.json')
  @Open()
  @Header('content-type', 'application/json; charset=utf-8')
  @Operation({
    id: 'getOpenApi',
    summary: 'This reference as OpenAPI 3.1',
    returns: answer('The document.', json.anyObject()),
  })
  read(): string {
    return this.json;
  }
}
