import { IsIn, IsOptional } from 'class-validator';
import { arrayOf, Described, FLAG, named, object, TEXT } from '@chargelog/http';

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
    schema: TEXT,
    example: 'session.start.stop.notification',
  },
  major: {
    description: 'Major of the schema.',
    schema: { type: 'string', pattern: '^[1-9][0-9]{0,3}$' },
    example: '1',
  },
};

export const CATALOGUE = named(
  'Catalogue',
  object({
    version: { type: 'integer', description: 'Raised when a type, subject or related id changes.' },
    types: { ...arrayOf(TEXT), description: 'The closed set of event types.' },
    notifications: arrayOf(
      object(
        {
          name: { ...TEXT, description: "AMPECO's name." },
          title: TEXT,
          types: arrayOf(TEXT),
          deprecated: FLAG,
          evidence: {
            type: 'string',
            enum: ['documented', 'seen', 'inferred'],
            description: 'In the specification of AMPECO, in captured traffic, or reasoned from either.',
          },
          schema: { ...TEXT, description: 'Address of the JSON Schema of normalized data.' },
        },
        { supersededBy: TEXT },
      ),
    ),
  }),
);
