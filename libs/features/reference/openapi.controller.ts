import { Controller, Get, Header } from '@nestjs/common';
import { Open } from '@chargelog/http';
import { openApiDocument } from './operations.js';

@Controller('openapi.json')
export class OpenApiController {
  private readonly text = JSON.stringify(openApiDocument());

  @Get()
  @Open()
  @Header('content-type', 'application/json; charset=utf-8')
  read(): string {
    return this.text;
  }
}
