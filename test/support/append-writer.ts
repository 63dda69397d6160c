import pg from 'pg';
import { CATALOGUE_VERSION } from '@chargelog/catalogue';
import { newUuidV7, type Source } from '@chargelog/domain';
import { Dictionaries, PgEventLog, type PgConnection } from '@chargelog/event-log';
import { prepare } from '@chargelog/pipeline';
import { notificationBody } from '../perf/bodies.js';

export interface WriterOrder {
  readonly connection: PgConnection;
  readonly source: Source;
  readonly batchSize: number;
  readonly seconds: number;
  readonly firstIndex: number;
}

export interface WriterResult {
  /** Ids of the events whose append resolved, that is, whose transaction was committed. */
  readonly eventIds: readonly string[];
}

/** Appends distinct events, batch after batch, as fast as one writer can. A process of its own, told what to do by message. */
async function write(order: WriterOrder): Promise<WriterResult> {
  const pool = new pg.Pool({ ...order.connection, max: 2 });
  const eventLog = new PgEventLog({
    connection: order.connection,
    dictionaries: new Dictionaries(pool),
    catalogueVersion: CATALOGUE_VERSION,
    retryForMs: 5_000,
    log: () => undefined,
  });
  const eventIds: string[] = [];
  const now = Date.now();
  const endAt = performance.now() + order.seconds * 1_000;
  for (let index = order.firstIndex; performance.now() < endAt; index += order.batchSize) {
    const entries = Array.from({ length: order.batchSize }, (_, i) =>
      prepare({
        key: newUuidV7(Date.now()),
        source: order.source,
        receivedAt: Date.now(),
        body: notificationBody(index + i, now),
        headers: {},
      }),
    );
    for (const outcome of await eventLog.append({ entries, positions: [] })) {
      if (outcome.outcome !== 'stored') throw new Error(`a distinct event came out ${outcome.outcome}`);
      eventIds.push(outcome.eventId);
    }
  }
  await eventLog.close();
  await pool.end();
  return { eventIds };
}

process.once('message', (order) => {
  void write(order as WriterOrder).then((result) => process.send?.(result, () => process.disconnect()));
});
