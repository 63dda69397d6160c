import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { CATALOGUE_VERSION } from '@chargelog/catalogue';
import { GatewayError } from '@chargelog/domain';
import {
  answer,
  CurrentCaller,
  iso,
  JsonBodyPipe,
  Operation,
  RequireScope,
  validationPipe,
  type Caller,
  Tag,
} from '@chargelog/http';
import { REINDEX, StartReindex, type ReindexDto } from './reindex.dto.js';
import type { Reindex } from './reindex.entity.js';
import { ReindexStore } from './reindex.store.js';

/** Recomputes types, subjects and related ids of stored events after an upgrade of the catalogue. */
@Tag('Operation')
@Controller('v1/reindex')
@RequireScope('admin')
export class ReindexController {
  constructor(private readonly store: ReindexStore) {}

  @Post()
  @HttpCode(202)
  @Operation({
    id: 'startReindex',
    summary: 'Recompute types, subjects and related ids of stored events',
    description:
      'After an upgrade that knows more notifications. Runs in the background, goes on after a restart, one at a time. Ids, positions and bytes never change; the feed does not repeat events.',
    body: { description: 'What to look at.', example: { dryRun: true } },
    returns: answer('The job.', REINDEX),
    problems: ['conflict'],
  })
  async start(
    @Body(new JsonBodyPipe(), validationPipe('body')) body: StartReindex,
    @CurrentCaller() caller: Caller,
  ): Promise<ReindexDto> {
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
  @Operation({
    id: 'getReindex',
    summary: 'The reindex that runs or ran last',
    returns: answer('The job.', REINDEX),
    problems: ['not-found'],
  })
  async find(): Promise<ReindexDto> {
    return render(await this.store.current());
  }

  @Delete()
  @Operation({
    id: 'cancelReindex',
    summary: 'Cancel the reindex',
    description: 'What was recomputed stays.',
    returns: answer('The job.', REINDEX),
    problems: ['not-found'],
  })
  async cancel(@CurrentCaller() caller: Caller): Promise<ReindexDto> {
    return render(await this.store.cancel(caller.actor));
  }
}

function render(job: Reindex | undefined): ReindexDto {
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
