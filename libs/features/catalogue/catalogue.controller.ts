import { CATALOGUE_VERSION, dataSchemaId, EVENT_TYPES, NOTIFICATIONS, typesOf } from '@chargelog/catalogue';
import { answer, Open, Operation, Tag } from '@chargelog/http';
import { Controller, Get, Header } from '@nestjs/common';
import { CATALOGUE } from './catalogue.dto.js';

/** What there is to ask for. The same for everybody and no secret: it says what AMPECO publishes. */
@Tag('Reference')
@Controller('v1/catalogue')
export class CatalogueController {
  private readonly text = JSON.stringify({
    version: CATALOGUE_VERSION,
    types: EVENT_TYPES,
    notifications: NOTIFICATIONS.map((entry) => ({
      name: entry.name,
      title: entry.title,
      types: typesOf(entry),
      deprecated: entry.deprecated,
      supersededBy: entry.supersededBy,
      evidence: entry.evidence,
      schema: dataSchemaId(entry.name, entry.major),
    })),
  });

  @Get()
  @Open()
  @Header('content-type', 'application/json; charset=utf-8')
  @Operation({
    id: 'getCatalogue',
    summary: 'Event types, and the notifications they come from',
    returns: answer('The whole catalogue.', CATALOGUE),
  })
  read(): string {
    return this.text;
  }
}
