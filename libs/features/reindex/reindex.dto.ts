import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsOptional } from 'class-validator';
import {
  COUNT,
  Described,
  FLAG,
  INSTANT,
  IsNotificationName,
  type JsonOf,
  named,
  NamedSchema,
  NULLABLE_INSTANT,
  object,
  POSITION,
  TEXT,
} from '@chargelog/http';

@NamedSchema('NewReindex')
export class StartReindex {
  @Described('The only names that are looked at; absent for all.', { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1, { message: 'must name at least one notification, or be left out for all' })
  @ArrayMaxSize(200)
  @IsNotificationName({ each: true })
  notifications?: string[] | null;

  @Described('Counts what would change, and changes nothing.', { nullable: true })
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean | null;
}

export const REINDEX = named(
  'Reindex',
  object({
    state: { type: 'string', enum: ['running', 'completed', 'cancelled'] },
    catalogueVersion: COUNT,
    notifications: { type: ['array', 'null'], items: TEXT },
    dryRun: FLAG,
    requestedBy: TEXT,
    startedAt: INSTANT,
    finishedAt: NULLABLE_INSTANT,
    position: { ...POSITION, description: 'Everything up to it has been looked at.' },
    endPosition: { ...POSITION, description: 'Fixed at the start.' },
    examined: COUNT,
    changed: COUNT,
    changes: {
      type: 'object',
      additionalProperties: { type: 'integer' },
      description: 'Events by change: `unrecognized → evse.updated`, or the type alone where that stays.',
    },
  }),
);
export type ReindexDto = JsonOf<typeof REINDEX>;
