import type {
  QuarantinedDelivery,
  QuarantineQuery,
  QuarantineReader,
  QuarantineReason,
} from '@chargelog/pipeline';
import type pg from 'pg';
import type { Dictionaries } from './dictionaries.js';
import { toReadError } from './sql-errors.js';

interface Row {
  readonly delivery_key: string;
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly source_id: number;
  readonly received_at: number;
  readonly headers: string;
  readonly raw: Buffer;
}

const COLUMNS = `delivery_key, reason, detail, source_id, (extract(epoch from received_at) * 1000)::float8 as received_at,
  headers, raw`;

export class PgQuarantineReader implements QuarantineReader {
  constructor(
    private readonly pool: pg.Pool,
    private readonly names: Dictionaries,
  ) {}

  async list(query: QuarantineQuery): Promise<readonly QuarantinedDelivery[]> {
    try {
      const { rows } = await this.pool.query<Row>({
        name: 'quarantine_page',
        text: `select ${COLUMNS} from quarantine q
                where ($2::text is null or reason = $2)
                  and ($3::text is null or source_id = (select id from source where name = $3))
                  and ($4::uuid is null or (q.received_at, delivery_key) <
                        (select a.received_at, a.delivery_key from quarantine a where a.delivery_key = $4))
                order by q.received_at desc, delivery_key desc limit $1`,
        values: [query.limit, query.reason ?? null, query.source ?? null, query.after ?? null],
      });
      return await Promise.all(rows.map((row) => this.toEntry(row)));
    } catch (error) {
      throw toReadError(error);
    }
  }

  async find(id: string): Promise<QuarantinedDelivery | undefined> {
    try {
      const { rows } = await this.pool.query<Row>({
        name: 'quarantine_by_id',
        text: `select ${COLUMNS} from quarantine where delivery_key = $1`,
        values: [id],
      });
      return rows[0] && (await this.toEntry(rows[0]));
    } catch (error) {
      throw toReadError(error);
    }
  }

  private async toEntry(row: Row): Promise<QuarantinedDelivery> {
    const source = await this.names.source(row.source_id);
    return {
      id: row.delivery_key,
      reason: row.reason,
      detail: row.detail,
      source: source.name,
      transport: source.kind,
      receivedAt: Math.round(row.received_at),
      headers: JSON.parse(row.headers) as Record<string, string>,
      body: row.raw,
    };
  }
}
