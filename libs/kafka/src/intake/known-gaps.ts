import { GatewayError } from '@chargelog/domain';
import { pollLoop, type KafkaGap, type KafkaGapSummary } from '@chargelog/pipeline';
import { errorText } from './client.js';
import type { IntakeContext } from './intake-context.js';

/** A gap that another instance records, or a person acknowledges, is known here after this long and one read. */
const LOOK_EVERY_MS = 2_000;

function rangeText({ topic, partition, reason, fromOffset, toOffset }: KafkaGap): string {
  return reason === 'log-replaced'
    ? `${topic}/${partition} was made anew or cut: what it had held from ${fromOffset} on, of which the number is not known`
    : `${topic}/${partition} from ${fromOffset} up to, not including, ${toOffset}`;
}

/** The gaps of a source as they were last looked up: ranges of offsets that were not read and will not be. */
export class KnownGaps {
  private summary: KafkaGapSummary = { recorded: 0, unacknowledged: 0, latestUnacknowledged: undefined };

  constructor(private readonly context: IntakeContext) {}

  /** Numbers for health. */
  get counts(): { readonly gaps: number; readonly unacknowledgedGaps: number } {
    return { gaps: this.summary.recorded, unacknowledgedGaps: this.summary.unacknowledged };
  }

  /** What nobody has acknowledged, for people; undefined when there is nothing. */
  get text(): string | undefined {
    const { unacknowledged: count, latestUnacknowledged: latest } = this.summary;
    if (latest === undefined) return undefined;
    return (
      `${count} ${count === 1 ? 'range' : 'ranges'} of offsets not read and not acknowledged yet, ` +
      `the latest ${rangeText(latest)}`
    );
  }

  /** Looks in the background until the signal is aborted. */
  watch(signal: AbortSignal): void {
    void pollLoop({ signal, everyMs: LOOK_EVERY_MS, look: () => this.look() });
  }

  /** Never rejects. */
  async look(): Promise<void> {
    const { positions, source, log } = this.context;
    try {
      this.summary = await positions.summarizeGaps(source.id);
    } catch (error) {
      // What was seen last still holds. An unreachable event log is reported by the append, anything else only here.
      if (error instanceof GatewayError && error.code === 'store-away') return;
      log('warn', 'gaps cannot be looked up, readiness goes by the last look', {
        source: source.name,
        error: errorText(error),
      });
    }
  }
}
