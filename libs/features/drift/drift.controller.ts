import { Controller, Get, Query } from '@nestjs/common';
import {
  answer,
  CurrentCaller,
  instantOf,
  iso,
  Operation,
  RequireScope,
  validationPipe,
  withinTenantsOf,
  type Caller,
  Tag,
} from '@chargelog/http';
import { DRIFT_REPORT, DriftReportQuery, type DriftReportDto } from './drift.dto.js';
import { DriftStore } from './drift.store.js';

/** How what AMPECO sends differs from what the catalogue knows. Names places and rules, never what a body holds. */
@Tag('Reports')
@Controller('v1/reports/drift')
@RequireScope('events:read')
export class DriftController {
  constructor(private readonly drift: DriftStore) {}

  @Get()
  @Operation({
    id: 'reportDrift',
    summary: 'How what AMPECO sends differs from the catalogue',
    description:
      'Fields, values, types and names that are not documented, or documented and missing; last seen first. Recorded within two seconds of the event; of more than 10,000 new places in that time the rest is not counted, which the log says. It names places and rules; what a body holds is in the example event.',
    returns: answer('The report.', DRIFT_REPORT),
  })
  async read(
    @Query(validationPipe('query')) query: DriftReportQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<DriftReportDto> {
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
