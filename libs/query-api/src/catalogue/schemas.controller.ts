import { Open } from '@chargelog/access';
import { dataJsonSchema, entryOf } from '@chargelog/catalogue';
import { GatewayError } from '@chargelog/domain';
import { Controller, Get, Header, Param } from '@nestjs/common';

/** JSON Schemas of normalized data, where `dataschema` of an event leads. The same for everybody and no secret. */
@Controller('v1/schemas')
export class SchemasController {
  @Get(':notification/:major')
  @Open()
  @Header('content-type', 'application/schema+json; charset=utf-8')
  @Header('cache-control', 'public, max-age=3600')
  read(@Param('notification') notification: string, @Param('major') major: string): string {
    const entry = entryOf(notification);
    if (entry === undefined || String(entry.major) !== major) {
      throw new GatewayError(
        'not-found',
        'The catalogue has no such notification or major; GET /v1/catalogue lists the schemas there are.',
      );
    }
    return JSON.stringify(dataJsonSchema(entry));
  }
}
