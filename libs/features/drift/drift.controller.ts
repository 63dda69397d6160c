import { Controller, Get, Query } from '@nestjs/common';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { DEPARTURE_KINDS, type DepartureKind } from '@chargelog/catalogue';
import {
  CurrentCaller,
  RequireScope,
  withinTenantsOf,
  type Caller,
  AsNumber,
  instantOf,
  IsInstant,
  IsNotificationName,
  iso,
  validationPipe,
} from '@chargelog/http';
import { DriftStore } from './drift.store.js';

export class DriftReportQuery {
  /** AMPECO's name. */
  @IsOptional()
  @IsNotificationName()
  notification?: string;

  @IsOptional()
  @IsIn(DEPARTURE_KINDS)
  kind?: DepartureKind;

  /** Seen at or after this instant. */
  @IsOptional()
  @IsInstant()
  seenAfter?: string;

  @IsOptional()
  @AsNumber()
  @IsInt()
  @Min(1)
  @Max(5_000)
  limit = 500;
}

/** How what AMPECO sends differs from what the catalogue knows. Names places and rules, never what a body holds. */
@Controller('v1/reports/drift')
@RequireScope('events:read')
export class DriftController {
  constructor(private readonly drift: DriftStore) {}

  /** Last seen first. */
  @Get()
  async read(
    @Query(validationPipe('query')) query: DriftReportQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<unknown> {
    const seenAfter = query.seenAfter === undefined ? undefined : instantOf(query.seenAfter);
    const rows = await this.drift.list({
      ...withinTenantsOf(caller),
      ...(query.notification !== undefined && { notification: query.notification }),
      ...(query.kind !== undefined && { kind: query.kind }),
      ...(seenAfter !== undefined && { seenAfter }),
      limit: query.limit,
    });
    return {
      data: rows.map((row) => ({
        ...row,
        firstSeenAt: iso(row.firstSeenAt),
        lastSeenAt: iso(row.lastSeenAt),
        count: Number(row.count),
      })),
    };
  }
}
