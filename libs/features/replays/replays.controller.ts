import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { GatewayError, newUuidV7, parseUuid } from '@chargelog/domain';
import { AuditLog } from '@chargelog/features/audit';
import { dataForm, EventFilterQuery, toEventFilter } from '@chargelog/features/events';
import {
  answer,
  CurrentCaller,
  idPart,
  JsonBodyPipe,
  Operation,
  RequireScope,
  validationPipe,
  withinTenantsOf,
  type Caller,
  Tag,
} from '@chargelog/http';
import { EVENT_READER, type EventReader } from '@chargelog/pipeline';
import type { Replay } from './replay.js';
import { ReplayStore } from './replay.store.js';
import { renderReplay } from './render-replay.js';
import { CreateReplay, REPLAY, REPLAY_LIST, type ReplayDto, type ReplayListDto } from './replays.dto.js';
import { TargetPolicy } from './target-policy.js';

const ID = { id: idPart('Replay', '019ceb8a-d4c0-7a16-8f02-6b9d51c7e3a4') };

/** Jobs that send stored events again. */
@Tag('Replays')
@Controller('v1/replays')
@RequireScope('replays')
export class ReplaysController {
  constructor(
    private readonly jobs: ReplayStore,
    @Inject(EVENT_READER) private readonly reader: EventReader,
    private readonly targets: TargetPolicy,
    private readonly audit: AuditLog,
  ) {}

  @Post()
  @HttpCode(202)
  @Operation({
    id: 'createReplay',
    summary: 'Send stored events again to a system of yours',
    description:
      'A job that sends matching events in feed order, one at a time, each until the target answers 2xx, and ends at the newest event of this moment. After a crash, up to 50 events come a second time, with the same `id`. Up to 16 attempts are made for an event, in about a quarter of an hour, of which 5 may be refusals (3xx, 4xx other than 408, 423, 425, 429); then the job fails. `Retry-After` in seconds is heeded up to 2 minutes; redirects are not followed. Targets at private addresses must be allowed in the configuration (`targets.allow`) for as long as the job runs.',
    body: {
      description: 'What to send, and where to.',
      example: { filter: { type: ['session.started'] }, target: { url: 'http://127.0.0.1:9/' } },
    },
    returns: answer('The job is taken on.', REPLAY),
    problems: ['target-not-allowed'],
  })
  async create(
    @Body(new JsonBodyPipe(), validationPipe('body')) body: CreateReplay,
    @CurrentCaller() caller: Caller,
  ): Promise<ReplayDto> {
    const url = await this.targets.check(body.target.url);
    const id = newUuidV7(Date.now());
    const endPosition = await this.reader.horizon();
    // Recorded first: an act may stand in the audit log that then failed, never the other way round. Of the target only
    // its origin, because the rest may hold a credential.
    const detail = { target: url.origin, endPosition: endPosition.toString() };
    await this.audit.record({ actor: caller.actor, action: 'replay.create', subject: id, detail });
    const replay = await this.jobs.create({
      id,
      filter: { ...toEventFilter(body.filter ?? new EventFilterQuery()), ...withinTenantsOf(caller) },
      targetUrl: url.href,
      form: dataForm(body.data, caller),
      endPosition,
    });
    return renderReplay(replay);
  }

  @Get()
  @Operation({
    id: 'listReplays',
    summary: 'The newest hundred jobs',
    returns: answer('Newest first.', REPLAY_LIST),
  })
  async list(@CurrentCaller() caller: Caller): Promise<ReplayListDto> {
    return { data: (await this.jobs.list(100, caller.tenants)).map(renderReplay) };
  }

  @Get(':id')
  @Operation({
    id: 'getReplay',
    summary: 'Progress of one job',
    path: ID,
    returns: answer('The job.', REPLAY),
    problems: ['not-found'],
  })
  async find(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<ReplayDto> {
    return renderReplay(await this.visible(id, caller));
  }

  @Delete(':id')
  @Operation({
    id: 'cancelReplay',
    summary: 'Cancel a job',
    description:
      'What was sent stays sent; a finished job stays as it is. A job that waits for another attempt makes none; one that is sending stops within half a second.',
    path: ID,
    returns: answer('The job as it is now.', REPLAY),
    problems: ['not-found'],
  })
  async cancel(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<ReplayDto> {
    const { id: known } = await this.visible(id, caller);
    await this.audit.record({ actor: caller.actor, action: 'replay.cancel', subject: known });
    return renderReplay((await this.jobs.cancel(known)) ?? unknown());
  }

  private async visible(id: string, caller: Caller): Promise<Replay> {
    const replay = parseUuid(id) && (await this.jobs.find(id.toLowerCase()));
    return replay !== undefined && isOf(replay, caller) ? replay : unknown();
  }
}

/** A caller of some tenants sees the replays that send nothing but those tenants' events. */
function isOf({ filter }: Replay, { tenants }: Caller): boolean {
  if (tenants === undefined) return true;
  return filter.tenants !== undefined && filter.tenants.every((tenant) => tenants.includes(tenant));
}

function unknown(): never {
  throw new GatewayError('not-found', 'No replay has this id.');
}
