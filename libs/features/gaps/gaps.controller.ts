import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { GatewayError } from '@chargelog/domain';
import {
  CurrentCaller,
  RequireScope,
  type Caller,
  JsonBodyPipe,
  AsNumber,
  IsDecimalId,
  isDecimalId,
  isSourceName,
  iso,
  StatedReason,
  validationPipe,
} from '@chargelog/http';
import { KafkaGapStore, type GapState, type RecordedGap } from './kafka-gap.store.js';

// A new state that is missing here does not compile.
const STATES = Object.keys({ unacknowledged: true, acknowledged: true } satisfies Record<GapState, true>);

export class ListGapsQuery {
  /** Without it, gaps in either state. */
  @IsOptional()
  @IsIn(STATES)
  state?: GapState;

  @IsOptional()
  @AsNumber()
  @IsInt()
  @Min(1)
  @Max(200)
  limit = 50;

  /** Id of the last gap of the page before. */
  @IsOptional()
  @IsDecimalId()
  after?: string;
}

/** Ranges of offsets that a broker deleted before they were read, and what was decided about each. */
@Controller('v1/sources/:source/gaps')
@RequireScope('admin')
export class GapsController {
  constructor(private readonly store: KafkaGapStore) {}

  /** Newest first. */
  @Get()
  async list(
    @Param('source') source: string,
    @Query(validationPipe('query')) query: ListGapsQuery,
  ): Promise<unknown> {
    const gaps = await this.store.list(knownName(source), query);
    return {
      data: gaps.map(renderGap),
      next: gaps.length === query.limit ? (gaps.at(-1)?.id ?? null) : null,
    };
  }

  /** May be repeated: the first acknowledgement stands. */
  @Post(':gap/acknowledge')
  @HttpCode(200)
  async acknowledge(
    @Param('source') source: string,
    @Param('gap') gap: string,
    @Body(new JsonBodyPipe(), validationPipe('body')) body: StatedReason,
    @CurrentCaller() caller: Caller,
  ): Promise<unknown> {
    if (!isDecimalId(gap)) throw new GatewayError('not-found', 'No gap has this id; ids are decimal digits.');
    const decision = { by: caller.actor, reason: body.reason };
    return renderGap(await this.store.acknowledge(knownName(source), gap, decision));
  }
}

/** What cannot be a name is not looked for: the database would refuse some of it rather than find nothing. */
function knownName(source: string): string {
  if (!isSourceName(source)) throw new GatewayError('not-found', 'No source has this name.');
  return source;
}

function renderGap({ acknowledgement, ...gap }: RecordedGap): unknown {
  return {
    gapId: gap.id,
    source: gap.source,
    clusterId: gap.clusterId,
    topic: gap.topic,
    partition: gap.partition,
    fromOffset: gap.fromOffset.toString(),
    toOffset: gap.toOffset.toString(),
    reason: gap.reason,
    detectedAt: iso(gap.detectedAt),
    acknowledgement:
      acknowledgement === undefined ? null : { ...acknowledgement, at: iso(acknowledgement.at) },
  };
}
