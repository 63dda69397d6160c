import { IsIn, IsOptional } from 'class-validator';
import { DEPARTURE_KINDS, type DepartureKind } from '@chargelog/catalogue';
import {
  COUNT,
  Described,
  INSTANT,
  IsInstant,
  IsNotificationName,
  type JsonOf,
  Limit,
  listOf,
  named,
  object,
  TEXT,
  UUID,
} from '@chargelog/http';

export class DriftReportQuery {
  @Described("AMPECO's name.", { example: 'SessionUpdateNotification' })
  @IsOptional()
  @IsNotificationName()
  notification?: string;

  @Described('What differs.', { example: 'new-field' })
  @IsOptional()
  @IsIn(DEPARTURE_KINDS)
  kind?: DepartureKind;

  @Described('Seen at or after this instant.')
  @IsOptional()
  @IsInstant()
  seenAfter?: string;

  @Limit(5_000, 'Rows of the report.')
  limit = 500;
}

export const DRIFT_REPORT = named(
  'DriftReport',
  listOf(
    object({
      tenant: TEXT,
      notification: { ...TEXT, description: "AMPECO's name." },
      kind: { type: 'string', enum: DEPARTURE_KINDS },
      path: {
        ...TEXT,
        description:
          'JSON Pointer into the body, with `*` for elements of arrays and maps; empty for the whole; `…` for all places beyond 500 of one name.',
      },
      expected: { ...TEXT, description: 'What is documented.' },
      firstSeenAt: INSTANT,
      lastSeenAt: INSTANT,
      count: { ...COUNT, description: 'Events, not copies.' },
      exampleEventId: UUID,
    }),
  ),
);
export type DriftReportDto = JsonOf<typeof DRIFT_REPORT>;
