import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { bodyJsonSchema, dataJsonSchema, entryOf } from '@chargelog/catalogue';
import { GatewayError } from '@chargelog/domain';
import { answerOf, Open, Operation, validationPipe, Tag } from '@chargelog/http';
import { SCHEMA_PATH, SchemaQuery } from './catalogue.dto.js';

/** JSON Schemas of normalized data, where `dataschema` of an event leads, and of bodies as AMPECO documents them. The same for everybody and no secret. */
@Tag('Reference')
@Controller('v1/schemas')
export class SchemasController {
  @Get(':notification/:major')
  @Open()
  @Header('content-type', 'application/schema+json; charset=utf-8')
  @Header('cache-control', 'public, max-age=3600')
  @Operation({
    id: 'getSchema',
    summary: 'JSON Schema of the data of a notification',
    description: 'JSON Schema 2020-12. Within a major only additions are made.',
    path: SCHEMA_PATH,
    returns: answerOf('application/schema+json', 'The schema.', { type: 'object' }),
    problems: ['not-found'],
  })
  read(
    @Param('notification') notification: string,
    @Param('major') major: string,
    @Query(validationPipe('query')) { data }: SchemaQuery,
  ): string {
    const entry = entryOf(notification);
    if (entry === undefined || String(entry.major) !== major) {
      throw new GatewayError(
        'not-found',
        'The catalogue has no such notification or major; GET /v1/catalogue lists the schemas there are.',
      );
    }
    return JSON.stringify(data === 'raw' ? bodyJsonSchema(entry) : dataJsonSchema(entry));
  }
}
