import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsOptional } from 'class-validator';
import { CATALOGUE_VERSION } from '@chargelog/catalogue';
import { GatewayError } from '@chargelog/domain';
import {
  CurrentCaller,
  RequireScope,
  type Caller,
  JsonBodyPipe,
  IsNotificationName,
  iso,
  validationPipe,
} from '@chargelog/http';
import type { Reindex } from './reindex.entity.js';
import { ReindexStore } from './reindex.store.js';

export class StartReindex {
  /** The only notification names that are looked at; absent for all. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1, { message: 'must name at least one notification, or be left out for all' })
  @ArrayMaxSize(200)
  @IsNotificationName({ each: true })
  notifications?: string[] | null;

  /** Counts what would change, and changes nothing. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean | null;
}

/** Recomputes types, subjects and related ids of stored events after an upgrade of the catalogue. */
@Controller('v1/reindex')
@RequireScope('admin')
export class ReindexController {
  constructor(private readonly store: ReindexStore) {}

  /** Begins in the background; one at a time. */
  @Post()
  @HttpCode(202)
  async start(
    @Body(new JsonBodyPipe(), validationPipe('body')) body: StartReindex,
    @CurrentCaller() caller: Caller,
  ): Promise<unknown> {
    return render(
      await this.store.start({
        catalogueVersion: CATALOGUE_VERSION,
        notifications: body.notifications ?? undefined,
        dryRun: body.dryRun ?? false,
        requestedBy: caller.actor,
      }),
    );
  }

  @Get()
  async find(): Promise<unknown> {
    return render(await this.store.current());
  }

  /** What was recomputed stays. */
  @Delete()
  async cancel(@CurrentCaller() caller: Caller): Promise<unknown> {
    return render(await this.store.cancel(caller.actor));
  }
}

function render(job: Reindex | undefined): unknown {
  if (job === undefined) throw new GatewayError('not-found', 'No reindex was ever started.');
  return {
    state: job.state,
    catalogueVersion: job.catalogueVersion,
    notifications: job.notifications ?? null,
    dryRun: job.dryRun,
    requestedBy: job.requestedBy,
    startedAt: iso(job.startedAt),
    finishedAt: iso(job.finishedAt),
    position: job.position.toString(),
    endPosition: job.endPosition.toString(),
    examined: Number(job.examinedCount),
    changed: Number(job.changedCount),
    changes: job.changes,
  };
}
