import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsOptional } from 'class-validator';
import { Described, IsNotificationName, json, NamedSchema } from '@chargelog/http';

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

export const REINDEX = json.named(
  'Reindex',
  json.object({
    state: json.oneOf(['running', 'completed', 'cancelled']),
    catalogueVersion: json.count(),
    notifications: json.orNull(json.listOf(json.text())),
    dryRun: json.flag(),
    requestedBy: json.text(),
    startedAt: json.instant(),
    finishedAt: json.orNull(json.instant()),
    position: json.position('Everything up to it has been looked at.'),
    endPosition: json.position('Fixed at the start.'),
    examined: json.count(),
    changed: json.count(),
    changes: json.mapOf(
      json.count(),
      'Events by change: `unrecognized → evse.updated`, or the type alone where that stays.',
    ),
  }),
);
export type ReindexDto = json.Of<typeof REINDEX>;
