import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsDefined, IsIn, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { GatewayError, newUuidV7, parseUuid } from '@chargelog/domain';
import { AuditLog } from '@chargelog/features/audit';
import {
  DATA_FORMS,
  dataForm,
  EventFilterQuery,
  toEventFilter,
  type DataParameter,
} from '@chargelog/features/events';
import {
  CurrentCaller,
  RequireScope,
  withinTenantsOf,
  type Caller,
  JsonBodyPipe,
  validationPipe,
} from '@chargelog/http';
import { EVENT_READER, type EventReader } from '@chargelog/pipeline';
import type { Replay } from './replay.js';
import { ReplayStore } from './replay.store.js';
import { renderReplay } from './render-replay.js';
import { TargetPolicy } from './target-policy.js';

export class ReplayTarget {
  /** Where each event is posted as CloudEvents JSON. Its query is in no answer; user names and passwords are refused. */
  @IsString()
  url!: string;
}

export class CreateReplay {
  /** The same members as the parameters of `GET /v1/events`; absent or null for everything. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => EventFilterQuery)
  filter?: EventFilterQuery | null;

  /** `raw`: bodies as AMPECO sent them. */
  @IsOptional()
  @IsIn(DATA_FORMS)
  data: DataParameter = 'normalized';

  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => ReplayTarget)
  target!: ReplayTarget;
}

/** Jobs that send stored events again. */
@Controller('v1/replays')
@RequireScope('replays')
export class ReplaysController {
  constructor(
    private readonly jobs: ReplayStore,
    @Inject(EVENT_READER) private readonly reader: EventReader,
    private readonly targets: TargetPolicy,
    private readonly audit: AuditLog,
  ) {}

  /** Creates the job; it ends at the newest event of this moment. */
  @Post()
  @HttpCode(202)
  async create(
    @Body(new JsonBodyPipe(), validationPipe('body')) body: CreateReplay,
    @CurrentCaller() caller: Caller,
  ): Promise<unknown> {
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
  async list(@CurrentCaller() caller: Caller): Promise<unknown> {
    return { data: (await this.jobs.list(100, caller.tenants)).map(renderReplay) };
  }

  @Get(':id')
  async find(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<unknown> {
    return renderReplay(await this.visible(id, caller));
  }

  /** Cancels it. What was sent stays sent; a finished one stays as it is. */
  @Delete(':id')
  async cancel(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<unknown> {
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
