import { randomUUID } from 'node:crypto';
import { GatewayError } from '@chargelog/domain';
import {
  dueOffset,
  isOtherLog,
  type AppendBatch,
  type AppendOutcome,
  type EventLog,
  type GapRecording,
  type KafkaGap,
  type KafkaGapSummary,
  type KafkaPosition,
  type KafkaPositions,
  type LogMark,
  type PartitionLog,
  type Prepared,
} from '@chargelog/pipeline';

/**
 * An event log with its Kafka positions in memory: a batch is taken whole or not at all, positions never go backwards
 * but by a gap, equal ids are one event, an equal delivery key is the same delivery. Survives the source under test,
 * as a database would.
 */
export class MemoryEventLog implements EventLog, KafkaPositions {
  /** Everything taken, in order; a delivery that came again stands here once. */
  readonly taken: Prepared[] = [];
  readonly gaps: KafkaGap[] = [];
  /** As an operator would: says of which gaps somebody knows. */
  isAcknowledged: (gap: KafkaGap) => boolean = () => false;
  /** Positions as each batch left them, oldest first. */
  readonly positionHistory: KafkaPosition[] = [];
  /** As a session that holds a lock on its position would: keeps a partition from being stored. */
  isLocked: (position: KafkaPosition) => boolean = () => false;
  /** Another log than all others; the same name is what a copy of a database has. */
  name: string = randomUUID();
  appendCount = 0;
  repeatedCount = 0;

  private readonly outcomes = new Map<string, AppendOutcome>();
  private readonly eventIds = new Set<string>();
  private readonly positions = new Map<string, bigint>();
  private readonly logs = new Map<string, PartitionLog>();
  private readonly ranges = new Set<string>();
  private readonly acknowledgedFromTheStart = new Set<KafkaGap>();
  private isAway = false;
  private turn: Promise<unknown> = Promise.resolve();

  goAway(): void {
    this.isAway = true;
  }

  comeBack(): void {
    this.isAway = false;
  }

  /** As an operator or a restored backup would: overwrites a position. */
  setPosition(position: KafkaPosition): void {
    this.positions.set(keyOf(position, position.topic, position.partition), position.nextOffset);
  }

  append(batch: AppendBatch): Promise<readonly AppendOutcome[]> {
    const result = this.turn.then(() => this.appendNow(batch));
    this.turn = result.catch(() => undefined);
    return result;
  }

  logName(): Promise<string> {
    return Promise.resolve(this.name);
  }

  load(sourceId: number, clusterId: string, topic: string): Promise<ReadonlyMap<number, bigint>> {
    if (this.isAway) return Promise.reject(storeAway());
    const prefix = keyOf({ sourceId, clusterId }, topic, '');
    const found = [...this.positions].filter(([key]) => key.startsWith(prefix));
    return Promise.resolve(new Map(found.map(([key, next]) => [Number(key.slice(prefix.length)), next])));
  }

  loadLogs(sourceId: number, clusterId: string, topic: string): Promise<ReadonlyMap<number, PartitionLog>> {
    if (this.isAway) return Promise.reject(storeAway());
    const prefix = keyOf({ sourceId, clusterId }, topic, '');
    const found = [...this.logs].filter(([key]) => key.startsWith(prefix));
    return Promise.resolve(new Map(found.map(([key, log]) => [Number(key.slice(prefix.length)), log])));
  }

  /** As a broker that lacks a means of recognizing a log would have left them: what `keep` gives of each. */
  changeMarks(keep: (mark: LogMark) => LogMark): void {
    for (const [key, { number, mark }] of this.logs) this.logs.set(key, { number, mark: mark && keep(mark) });
  }

  recordGap(gap: KafkaGap, recording: GapRecording): Promise<boolean> {
    if (this.isAway) return Promise.reject(storeAway());
    const { resumeAt, logNumber, mark, acknowledged } = recording;
    const key = keyOf(gap, gap.topic, gap.partition);
    const held = this.positions.get(key);
    const log = this.logs.get(key) ?? { number: 0, mark: undefined };
    if (held !== undefined && (held !== dueOffset(gap) || (logNumber ?? log.number) !== log.number))
      return Promise.resolve(false);
    const number = log.number + (isOtherLog(gap.reason) ? 1 : 0);
    const range = `${keyOf(gap, gap.topic, gap.partition)} ${number} ${gap.fromOffset} ${gap.toOffset}`;
    if (!this.ranges.has(range)) {
      this.ranges.add(range);
      this.gaps.push(gap);
      if (acknowledged !== undefined) this.acknowledgedFromTheStart.add(gap);
    }
    this.positions.set(key, resumeAt);
    this.logs.set(key, { number, mark: mark ?? (number === log.number ? log.mark : undefined) });
    return Promise.resolve(true);
  }

  summarizeGaps(sourceId: number): Promise<KafkaGapSummary> {
    const recorded = this.gaps.filter((gap) => gap.sourceId === sourceId);
    const isOpen = (gap: KafkaGap) => !this.acknowledgedFromTheStart.has(gap) && !this.isAcknowledged(gap);
    const open = recorded.filter(isOpen);
    return Promise.resolve({
      recorded: recorded.length,
      unacknowledged: open.length,
      latestUnacknowledged: open.at(-1),
    });
  }

  close(): Promise<void> {
    return this.turn.then(() => undefined);
  }

  private appendNow({ entries, positions }: AppendBatch): readonly AppendOutcome[] {
    this.appendCount += 1;
    if (this.isAway || positions.some((position) => this.isLocked(position))) throw storeAway();
    const outcomes = entries.map((entry) => this.take(entry));
    for (const position of positions) {
      const key = keyOf(position, position.topic, position.partition);
      const before = this.positions.get(key);
      const { number = 0, mark } = position.log ?? {};
      const held = this.logs.get(key) ?? { number, mark: undefined };
      if (held.number === number && (before === undefined || position.nextOffset >= before)) {
        this.positions.set(key, position.nextOffset);
        this.logs.set(key, { number, mark: mark ?? held.mark });
      }
      this.positionHistory.push(position);
    }
    return outcomes;
  }

  private take(entry: Prepared): AppendOutcome {
    // As the database does: an id is its content, so a record of a topic made anew, at an offset that the old one had too, is
    // taken, although it has an equal delivery key.
    const { body } = entry.delivery;
    const key = `${entry.delivery.key} ${body.toString('base64')}`;
    const known = this.outcomes.get(key);
    if (known !== undefined) {
      this.repeatedCount += 1;
      return known;
    }
    this.taken.push(entry);
    const outcome = this.outcomeOf(entry);
    this.outcomes.set(key, outcome);
    return outcome;
  }

  private outcomeOf(entry: Prepared): AppendOutcome {
    if (entry.outcome === 'quarantine') return { outcome: 'quarantined', quarantineId: entry.delivery.key };
    const eventId = entry.id.toString('hex');
    if (this.eventIds.has(eventId)) return { outcome: 'duplicate', eventId };
    this.eventIds.add(eventId);
    return { outcome: 'stored', eventId };
  }
}

function keyOf(
  owner: { sourceId: number; clusterId: string },
  topic: string,
  partition: number | '',
): string {
  return `${owner.sourceId} ${owner.clusterId} ${topic} ${partition}`;
}

function storeAway(): GatewayError {
  return new GatewayError(
    'store-away',
    'The event store cannot be reached; nothing was acknowledged. Send again.',
  );
}
