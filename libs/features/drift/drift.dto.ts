import { IsIn, IsOptional } from 'class-validator';
import { DEPARTURE_KINDS, type DepartureKind } from '@chargelog/catalogue';
import { Described, IsInstant, IsNotificationName, json, Limit } from '@chargelog/http';

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

export const DRIFT_REPORT = json.named(
  'DriftReport',
  json.wholeList(
    json.object({
      tenant: json.text(),
      notification: json.text("AMPECO's name."),
      kind: json.oneOf(DEPARTURE_KINDS),
      path: json.text(
        'JSON Pointer into the body, with `*` for elements of arrays and maps; empty for the whole; `…` for all places beyond 500 of one name.',
      ),
      expected: json.text('What is documented.'),
      firstSeenAt: json.instant(),
      lastSeenAt: json.instant(),
      count: json.count('Events, not copies.'),
      exampleEventId: json.uuid(),
    }),
  ),
);
export type DriftReportDto = json.Of<typeof DRIFT_REPORT>;
