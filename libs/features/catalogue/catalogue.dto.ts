import { IsIn, IsOptional } from 'class-validator';
import { Described, json } from '@chargelog/http';

const DATA_FORMS = ['normalized', 'raw'] as const;

export class SchemaQuery {
  @Described('`normalized`: of `data` as events have it. `raw`: of the body as AMPECO documents it.', {
    example: 'raw',
  })
  @IsOptional()
  @IsIn(DATA_FORMS)
  data: (typeof DATA_FORMS)[number] = 'normalized';
}

/** The `:notification` and `:major` of the path. */
export const SCHEMA_PATH = {
  notification: {
    description: "AMPECO's name.",
    schema: json.text(),
    example: 'session.start.stop.notification',
  },
  major: { description: 'Major of the schema.', schema: json.pattern('^[1-9][0-9]{0,3}$'), example: '1' },
};

export const CATALOGUE = json.named(
  'Catalogue',
  json.object({
    version: json.count('Raised when a type, subject or related id changes.'),
    types: json.listOf(json.text(), 'The closed set of event types.'),
    notifications: json.listOf(
      json.object(
        {
          name: json.text("AMPECO's name."),
          title: json.text(),
          types: json.listOf(json.text()),
          deprecated: json.flag(),
          evidence: json.oneOf(
            ['documented', 'seen', 'inferred'],
            'In the specification of AMPECO, in captured traffic, or reasoned from either.',
          ),
          schema: json.text('Address of the JSON Schema of normalized data.'),
        },
        { supersededBy: json.text() },
      ),
    ),
  }),
);
