import 'reflect-metadata';
import pg from 'pg';
import { CATALOGUE_VERSION } from '@chargelog/catalogue';
import { type Source, GatewayError, newUuidV7, formatUuid } from '@chargelog/domain';
import { Dictionaries, PgEventLog, type PgConnection } from '@chargelog/event-log';
import { AccessGuard } from '@chargelog/features/access';
import { Batcher, prepare, type AppendOutcome, type EventDraft } from '@chargelog/pipeline';
import { createHttpServer, ProblemFilter, UnknownParametersGuard } from '@chargelog/http';
import { createLogger } from '@chargelog/telemetry';
import {
  signingSecret,
  verifySignature,
  WebhookController,
  WebhookIntake,
  type IntakeObserver,
  type WebhookSource,
} from '@chargelog/webhook';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { webhookSources } from '../support/webhook-sources.js';

/** The rivals: all are the gateway's own HTTP stack, controller and HMAC check; they differ in what follows it. */
export type WebhookVariant = 'noop' | 'no-database' | 'durable' | 'insert-per-request';

export interface WebhookServerOrder {
  readonly variant: WebhookVariant;
  readonly secret: string;
  readonly connection: PgConnection;
  readonly source: Source;
}

const INSERT = `
  insert into event (id, delivery_key, seq, received_at, charge_point_id, evse_id, session_id, user_id, location_id,
                     notification_id, tenant_id, source_id, type_id, subject_kind_id, flags, signature_form,
                     catalogue_version, subject_id, signed_by, headers, raw_sha256, raw)
  values ($1, $2, nextval('event_seq'), now(), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, $15, 'a', $16,
          sha256($17), $17)
  on conflict (id) do nothing`;

const NOBODY: IntakeObserver = {
  delivered: () => undefined,
  signed: () => undefined,
  rejected: () => undefined,
};

/** Verifies like the real intake and answers at once. */
class NoopIntake extends WebhookIntake {
  constructor(protected readonly entry: WebhookSource) {
    super(webhookSources([entry]), undefined as never, NOBODY);
  }

  override async receive(
    _source: string,
    body: Buffer,
    headers: Record<string, string>,
  ): Promise<AppendOutcome> {
    this.verify(body, headers);
    return { outcome: 'stored', eventId: '00000000-0000-8000-8000-000000000000' };
  }

  protected verify(body: Buffer, headers: Record<string, string>): void {
    if (
      verifySignature(body, headers['x-signature'], headers['x-timestamp'], this.entry.rules) === undefined
    ) {
      throw new GatewayError('bad-signature', 'wrong signature');
    }
  }

  protected prepare(body: Buffer, headers: Record<string, string>): EventDraft {
    this.verify(body, headers);
    const receivedAt = Date.now();
    const prepared = prepare({
      key: newUuidV7(receivedAt),
      source: this.entry.source,
      receivedAt,
      body,
      headers,
    });
    if (prepared.outcome !== 'event') throw new Error(prepared.detail);
    return prepared;
  }
}

/** Everything the real intake does, except storing. */
class NoDatabaseIntake extends NoopIntake {
  override async receive(
    _source: string,
    body: Buffer,
    headers: Record<string, string>,
  ): Promise<AppendOutcome> {
    return { outcome: 'stored', eventId: formatUuid(this.prepare(body, headers).id) };
  }
}

/** What most gateways do: one INSERT, and so one commit, per request, over a pool. */
class InsertPerRequestIntake extends NoopIntake {
  constructor(
    entry: WebhookSource,
    private readonly pool: pg.Pool,
    private readonly names: Dictionaries,
  ) {
    super(entry);
  }

  override async receive(
    _source: string,
    body: Buffer,
    headers: Record<string, string>,
  ): Promise<AppendOutcome> {
    const draft = this.prepare(body, headers);
    await Promise.all([
      this.names.types.ensure([draft.type]),
      this.names.notifications.ensure([draft.notification]),
    ]);
    if (draft.subject !== undefined) await this.names.subjectKinds.ensure([draft.subject.kind]);
    const { related, delivery } = draft;
    const id = formatUuid(draft.id);
    await this.pool.query({
      name: 'insert_event',
      text: INSERT,
      values: [
        id,
        delivery.key,
        related.chargePoint?.toString(),
        related.evse?.toString(),
        related.session?.toString(),
        related.user?.toString(),
        related.location?.toString(),
        this.names.notifications.idOf(draft.notification),
        delivery.source.tenantId,
        delivery.source.id,
        this.names.types.idOf(draft.type),
        draft.subject && this.names.subjectKinds.idOf(draft.subject.kind),
        draft.flags,
        CATALOGUE_VERSION,
        null,
        JSON.stringify(delivery.headers),
        delivery.body,
      ],
    });
    return { outcome: 'stored', eventId: id };
  }
}

function intakeFor(order: WebhookServerOrder): WebhookIntake {
  const entry: WebhookSource = {
    source: order.source,
    rules: { secrets: [signingSecret('a', order.secret)], encodings: ['hex', 'base64'], signed: ['body'] },
  };
  const pool = new pg.Pool({ ...order.connection, max: 20 });
  const dictionaries = new Dictionaries(pool);
  switch (order.variant) {
    case 'noop':
      return new NoopIntake(entry);
    case 'no-database':
      return new NoDatabaseIntake(entry);
    case 'insert-per-request':
      return new InsertPerRequestIntake(entry, pool, dictionaries);
    case 'durable': {
      const log = (): void => undefined;
      const eventLog = new PgEventLog({
        connection: order.connection,
        dictionaries,
        catalogueVersion: CATALOGUE_VERSION,
        retryForMs: 1_000,
        log,
      });
      return new WebhookIntake(webhookSources([entry]), new Batcher(eventLog), NOBODY);
    }
  }
}

/** Child process: serves one variant, reports its port, then its CPU time (µs) whenever asked. */
async function serve(order: WebhookServerOrder): Promise<void> {
  // The gateway's own HTTP stack with the one controller that is measured.
  const root = {
    module: class PerfModule {},
    controllers: [WebhookController],
    providers: [
      { provide: WebhookIntake, useValue: intakeFor(order) },
      { provide: APP_GUARD, useValue: new AccessGuard(undefined) },
      { provide: APP_GUARD, useClass: UnknownParametersGuard },
      { provide: APP_FILTER, useValue: new ProblemFilter(() => undefined) },
    ],
  };
  const app = await createHttpServer(root, { maxBodyBytes: 1_048_576, logger: createLogger('error') });
  await app.listen(0, '127.0.0.1');
  const address = app.getHttpServer().address() as { port: number };
  process.send?.({ port: address.port });
  process.on('message', (message) => {
    if (message !== 'cpu') return;
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMicros: user + system });
  });
}

process.once('message', (order) => void serve(order as WebhookServerOrder));
process.on('disconnect', () => process.exit(0));
