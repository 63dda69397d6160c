import { unique } from '../drafts.js';
import type { GatewayProcess, WebhookAnswer } from '../gateway-process.js';
import type pg from 'pg';

/** What became of one attempt to deliver, as its sender knows it. */
export interface Attempt {
  /** Sent as `X-Webhook-Id`, which the gateway keeps with the delivery: it names the row. */
  readonly id: string;
  readonly source: string;
  /** Undefined: no answer was heard, the delivery may or may not have been stored. */
  readonly answer: WebhookAnswer | undefined;
  readonly ms: number;
}

/** A delivery as a row says it: an event's first, a further copy, or an entry of quarantine. */
export interface DeliveryRow {
  readonly outcome: 'stored' | 'duplicate' | 'quarantined';
  /** Event id or quarantine id, as the sender was told. */
  readonly names: string;
  readonly attempt: string | null;
  readonly source: string;
  readonly topic: string | null;
  readonly partition: number | null;
  readonly offset: string | null;
}

export interface Account {
  readonly acknowledged: number;
  readonly rejected: number;
  readonly refused: number;
  readonly unanswered: number;
  /** Stored although their sender heard no acknowledgement: at most one row of each such attempt. */
  readonly storedUnheard: number;
}

const NEVER_SENT = 'ECONNREFUSED';
/** Before a delivery is looked at any further; what is answered so must leave no row. */
const REJECTED = [401, 404, 413, 429];

/** Senders that write down every attempt, and go on as AMPECO does until each delivery is acknowledged or rejected. */
export class DeliveryAccount {
  readonly attempts: Attempt[] = [];

  constructor(private readonly gateway: GatewayProcess) {}

  get acknowledged(): number {
    return this.attempts.filter(({ answer }) => answer?.status === 202).length;
  }

  async deliver(source: string, secret: string, body: Buffer | string): Promise<WebhookAnswer> {
    for (;;) {
      const answer = await this.attempt(source, secret, body);
      if (answer !== undefined && (answer.status === 202 || REJECTED.includes(answer.status))) return answer;
      await new Promise((resolve) => setTimeout(resolve, 20)); // the gateway is away or says "later"
    }
  }

  private async attempt(
    source: string,
    secret: string,
    body: Buffer | string,
  ): Promise<WebhookAnswer | undefined> {
    const id = `attempt-${unique()}`;
    const sentAt = performance.now();
    const note = (answer: WebhookAnswer | undefined): void => {
      this.attempts.push({ id, source, answer, ms: performance.now() - sentAt });
    };
    try {
      const answer = await this.gateway.postWebhook(source, secret, body, { 'x-webhook-id': id });
      note(answer);
      return answer;
    } catch (error) {
      // Nobody listened: nothing was sent, and nothing of it may be found.
      if (!wasNeverSent(error)) note(undefined);
      return undefined;
    }
  }
}

/** Every delivery in the database, whichever of the three tables holds it. */
export async function deliveryRows(pool: pg.Pool): Promise<readonly DeliveryRow[]> {
  const tables = [
    ['stored', 'event', 'id'],
    ['duplicate', 'duplicate', 'event_id'],
    ['quarantined', 'quarantine', 'delivery_key'],
  ];
  const selects = tables.map(
    ([outcome, table, names]) => `
      select '${outcome}' as outcome, d.${names}::text as names, d.headers::jsonb ->> 'x-webhook-id' as attempt,
             s.name as source, t.topic, d.kafka_partition as partition, d.kafka_offset as offset
        from ${table} d join source s on s.id = d.source_id left join kafka_topic t on t.id = d.kafka_topic_id`,
  );
  return (await pool.query<DeliveryRow>(selects.join(' union all '))).rows;
}

/**
 * Compares what a webhook source's senders were told with the rows. Exact: every acknowledged attempt has one row, with
 * the outcome and id that were told; no attempt has two; a row that nobody was told of belongs to an attempt that got no
 * answer, or a 503 because the database had not said yes in time.
 *
 * @throws Error that names the attempts that are out of balance
 */
export function balance(attempts: readonly Attempt[], rows: readonly DeliveryRow[]): Account {
  const wrong: string[] = [];
  const byAttempt = new Map<string, DeliveryRow>();
  for (const row of rows) {
    if (row.attempt === null) wrong.push(`${row.outcome} ${row.names} names no attempt`);
    else if (byAttempt.has(row.attempt)) wrong.push(`${row.attempt} is held twice`);
    else byAttempt.set(row.attempt, row);
  }
  const account = { acknowledged: 0, rejected: 0, refused: 0, unanswered: 0, storedUnheard: 0 };
  for (const { id, answer } of attempts) {
    const row = byAttempt.get(id);
    byAttempt.delete(id);
    if (answer?.status === 202) {
      account.acknowledged += 1;
      const told = `${answer.body.outcome} ${answer.body.eventId ?? answer.body.quarantineId}`;
      const held = row && `${row.outcome} ${row.names}`;
      if (told !== held) wrong.push(`${id} was told "${told}", the rows say "${held}"`);
    } else if (answer === undefined || answer.status === 503) {
      account[answer === undefined ? 'unanswered' : 'refused'] += 1;
      if (row !== undefined) account.storedUnheard += 1;
    } else {
      account.rejected += 1;
      if (!REJECTED.includes(answer.status)) wrong.push(`${id} was answered ${answer.status}`);
      if (row !== undefined) wrong.push(`${id} was answered ${answer.status} and is held all the same`);
    }
  }
  for (const id of byAttempt.keys()) wrong.push(`${id} is held, and nobody sent it`);
  if (wrong.length > 0)
    throw new Error(`${wrong.length} deliveries out of balance:\n${wrong.slice(0, 20).join('\n')}`);
  return account;
}

function wasNeverSent(error: unknown): boolean {
  return ((error as { cause?: { code?: string } } | null)?.cause?.code ?? '') === NEVER_SENT;
}
