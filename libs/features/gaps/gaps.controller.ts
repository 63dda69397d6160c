import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { GatewayError } from '@chargelog/domain';
import {
  answer,
  CurrentCaller,
  isDecimalId,
  iso,
  isSourceName,
  JsonBodyPipe,
  Operation,
  RequireScope,
  StatedReason,
  validationPipe,
  type Caller,
  Tag,
} from '@chargelog/http';
import {
  ACKNOWLEDGED_GAP_EXAMPLE,
  GAP,
  GAP_EXAMPLE,
  GAP_PAGE,
  GAP_PATH,
  ListGapsQuery,
  type GapDto,
  type GapPageDto,
} from './gaps.dto.js';
import { KafkaGapStore, type RecordedGap } from './kafka-gap.store.js';

/** Ranges of offsets that a broker deleted before they were read, and what was decided about each. */
@Tag('Access')
@Controller('v1/sources/:source/gaps')
@RequireScope('admin')
export class GapsController {
  constructor(private readonly store: KafkaGapStore) {}

  @Get()
  @Operation({
    id: 'listGaps',
    summary: 'Records that the broker deleted before they were read, newest first',
    description:
      'Each gap stays on record for ever, with its exact range. While one is not acknowledged, `/health/ready` of the instances that read the source answers 503.',
    path: { source: GAP_PATH.source },
    returns: answer('One page.', GAP_PAGE, { data: [GAP_EXAMPLE], next: null }),
    problems: ['not-found'],
  })
  async list(
    @Param('source') source: string,
    @Query(validationPipe('query')) query: ListGapsQuery,
  ): Promise<GapPageDto> {
    const gaps = await this.store.list(knownName(source), query);
    return {
      data: gaps.map(renderGap),
      next: gaps.length === query.limit ? (gaps.at(-1)?.id ?? null) : null,
    };
  }

  @Post(':gap/acknowledge')
  @HttpCode(200)
  @Operation({
    id: 'acknowledgeGap',
    summary: 'Say that a gap is known, and why nothing more is to be done',
    description:
      'It no longer keeps any instance from being ready, within seconds. The gap stays on record; the same range, seen again, stays acknowledged. May be repeated: the first acknowledgement stands.',
    path: GAP_PATH,
    body: {
      description: 'Why; kept with the gap and in the audit.',
      example: { reason: ACKNOWLEDGED_GAP_EXAMPLE.acknowledgement.reason },
    },
    returns: answer('The gap as it is now.', GAP, ACKNOWLEDGED_GAP_EXAMPLE),
    problems: ['not-found'],
  })
  async acknowledge(
    @Param('source') source: string,
    @Param('gap') gap: string,
    @Body(new JsonBodyPipe(), validationPipe('body')) body: StatedReason,
    @CurrentCaller() caller: Caller,
  ): Promise<GapDto> {
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

function renderGap({ acknowledgement, ...gap }: RecordedGap): GapDto {
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
