import type { Account, Answer, TransportName } from '../account/account.js';
import { PriorityQueue } from '../priority-queue.js';
import type { Random } from '../random.js';
import type { Copy, PlannedCopy } from './plan.js';

/** Sends one copy and says what became of it. Never throws, never tries again by itself. */
export interface Sender {
  send(name: string, body: Buffer): Promise<Answer>;
  close(): Promise<void>;
}

export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** Wait before the second attempt; doubled for each further one. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export interface DispatcherOptions {
  readonly senders: Readonly<Partial<Record<TransportName, Sender>>>;
  /** Copies on their way at once, by transport. */
  readonly maxInFlight: Readonly<Record<TransportName, number>>;
  readonly retry: RetryPolicy;
  readonly account: Account;
  readonly random: Random;
}

interface Job {
  readonly copy: Copy;
  readonly attempt: number;
}

/** Longest wait that a receiver may ask for with `Retry-After`. */
const MAX_RETRY_AFTER_MS = 10_000;

/**
 * Sends copies when they are due, a bounded number at a time, and again with growing delays when they fail. What waits
 * for its time holds no connection.
 */
export class Dispatcher {
  private readonly delayed = new PriorityQueue<Job>();
  private readonly ready: Record<TransportName, Job[]> = { webhook: [], kafka: [] };
  private readonly inFlight: Record<TransportName, number> = { webhook: 0, kafka: 0 };
  private timer: NodeJS.Timeout | undefined;
  private hurried = false;
  private abandoned = false;
  private idleWaiters: (() => void)[] = [];

  constructor(private readonly options: DispatcherOptions) {}

  get inFlightCount(): number {
    return this.inFlight.webhook + this.inFlight.kafka;
  }

  /** Copies that are not done yet: waiting for their time, for a connection or for an answer. */
  get pendingCount(): number {
    return this.delayed.size + this.ready.webhook.length + this.ready.kafka.length + this.inFlightCount;
  }

  submit(planned: PlannedCopy): void {
    const { account } = this.options;
    if (planned.why === 'duplicate') account.duplicateCount++;
    if (planned.why === 'reordered') account.reorderedCount++;
    this.schedule({ copy: planned.copy, attempt: 1 }, planned.delayMs);
    this.pump();
  }

  /** Resolves when nothing is pending. */
  idle(): Promise<void> {
    if (this.pendingCount === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  /** From now on nothing waits for its time; retries still do, but only briefly. */
  hurry(): void {
    this.hurried = true;
    for (let job = this.delayed.take(); job !== undefined; job = this.delayed.take()) this.enqueue(job);
    this.pump();
  }

  /** Drops what has not been sent. Copies in flight still get their answers. */
  abandon(): void {
    const { account } = this.options;
    this.abandoned = true;
    account.abandonedCount += this.pendingCount - this.inFlightCount;
    while (this.delayed.take() !== undefined);
    this.ready.webhook = [];
    this.ready.kafka = [];
    clearTimeout(this.timer);
    this.settle();
  }

  private schedule(job: Job, delayMs: number): void {
    if (delayMs <= 0 || (this.hurried && job.attempt === 1)) return this.enqueue(job);
    this.delayed.add(performance.now() + (this.hurried ? Math.min(delayMs, 1_000) : delayMs), job);
  }

  private enqueue(job: Job): void {
    this.ready[job.copy.transport].push(job);
  }

  private pump(): void {
    const now = performance.now();
    while ((this.delayed.nextPriority ?? Number.POSITIVE_INFINITY) <= now) this.enqueue(this.delayed.take()!);
    for (const transport of ['webhook', 'kafka'] as const) {
      const room = this.options.maxInFlight[transport] - this.inFlight[transport];
      // One cut for all that fit: taking them singly off a long list would move the rest each time.
      const jobs = room <= 0 ? [] : this.ready[transport].splice(0, room);
      for (const job of jobs) void this.deliver(job);
    }
    clearTimeout(this.timer);
    const next = this.delayed.nextPriority;
    if (next !== undefined) this.timer = setTimeout(() => this.pump(), Math.max(1, next - now));
  }

  private async deliver(job: Job): Promise<void> {
    const { account, senders } = this.options;
    const { tracked, transport, name, body } = job.copy;
    this.inFlight[transport]++;
    account.sending(tracked, transport);
    const answer = await senders[transport]!.send(name, body);
    this.inFlight[transport]--;
    account.answered(tracked, transport, answer);
    if (answer.kind !== 'acknowledged') this.again(job, answer);
    this.pump();
    this.settle();
  }

  private again(job: Job, answer: Exclude<Answer, { kind: 'acknowledged' }>): void {
    const { account, retry, random } = this.options;
    if (this.abandoned) {
      account.abandonedCount++;
      return;
    }
    if (job.attempt >= retry.attempts) {
      account.givenUpCount++;
      return;
    }
    account.retryCount++;
    const growing = Math.min(retry.maxDelayMs, retry.firstDelayMs * 2 ** (job.attempt - 1));
    // Half of it by chance, so that copies that failed together do not come back together.
    const delayMs = growing * (0.5 + random.next() / 2);
    const asked = answer.kind === 'refused' ? Math.min(answer.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS) : 0;
    this.schedule({ ...job, attempt: job.attempt + 1 }, Math.max(delayMs, asked));
  }

  private settle(): void {
    if (this.pendingCount > 0) return;
    for (const resolve of this.idleWaiters.splice(0)) resolve();
  }
}
