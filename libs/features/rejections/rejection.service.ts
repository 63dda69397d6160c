import { GatewayError, parseUuid, type Delivery, type Source } from '@chargelog/domain';
import {
  prepare,
  type AlongsideAppend,
  type AppendOutcome,
  type BodyFormat,
  type EventLog,
} from '@chargelog/pipeline';
import { authenticate, formatsOf, kept, stampFault, type WebhookSources } from '@chargelog/webhook';
import type { DoctorSecret, SignatureCase } from './doctor/case.js';
import { diagnoseGently, type Diagnosis } from './doctor/diagnose-signature.js';
import type {
  KeptRejection,
  Rejection,
  RejectionCount,
  RejectionQuery,
  RejectionStore,
} from './rejection.store.js';
import { readmitAlongside } from './readmit-alongside.js';
import { openRequest, PATH_HEADER, type RequestContent, type Sealer } from './sealed-request.js';

/** What one call of reverify did. */
export interface ReverifyResult {
  /** Kept rejections that were looked at. */
  readonly examined: number;
  /** Admitted: new events, further copies of stored ones, deliveries that went to quarantine. */
  readonly stored: number;
  readonly duplicate: number;
  readonly quarantined: number;
  /** They verify no more than before, and stay. */
  readonly stillRejected: number;
  /** No key of the key file opens them, so they cannot be judged. */
  readonly unreadable: number;
  /** Id to go on after; undefined when every kept rejection has been looked at. */
  readonly next: string | undefined;
}

/** A kept rejection that verifies today, and what is taken off it before it is read. */
interface Verified {
  readonly delivery: Delivery;
  readonly formats: readonly BodyFormat[];
}

type Tally = Record<Exclude<keyof ReverifyResult, 'next'>, number>;

export interface RejectionServiceOptions {
  readonly store: Pick<RejectionStore, 'list' | 'count' | 'find' | 'newest' | 'oldest'>;
  /** Undefined: nothing is kept here. */
  readonly sealer: Sealer | undefined;
  readonly sources: WebhookSources;
  readonly eventLog: EventLog;
}

/** A person and a balancer wait for the answer; what is left is for the next call. */
const WORK_FOR_MS = 10_000;

/** Where rejected deliveries are looked at, explained and, after a correction, admitted. */
export class RejectionService {
  constructor(private readonly parts: RejectionServiceOptions) {}

  /** False where no key file is configured: rejections are counted only. */
  get isKeeping(): boolean {
    return this.parts.sealer !== undefined;
  }

  list(query: RejectionQuery, limit: number, after?: string): Promise<readonly Rejection[]> {
    return this.parts.store.list(query, limit, after);
  }

  count(query: RejectionQuery): Promise<readonly RejectionCount[]> {
    return this.parts.store.count(query);
  }

  /**
   * Explains a kept rejection of the source: the named one, or the newest.
   *
   * @throws GatewayError `not-found`, `conflict` (it cannot be opened).
   */
  async explainKept(
    sourceName: string,
    id?: string,
  ): Promise<{ readonly diagnosis: Diagnosis; readonly rejection: Rejection }> {
    const source = this.sourceNamed(sourceName);
    const rejection = await (id === undefined
      ? this.parts.store.newest(source.name)
      : parseUuid(id) && this.parts.store.find(id.toLowerCase()));
    if (rejection === undefined || rejection.source !== source.name) throw this.nothingKept(sourceName, id);
    const content = this.open(rejection);
    if (content === undefined) {
      throw new GatewayError(
        'conflict',
        'The kept rejection cannot be opened: the key it was sealed with is no longer in the key file.',
      );
    }
    return { diagnosis: await this.explain(sourceName, content), rejection };
  }

  /**
   * Explains a delivery that is given whole.
   *
   * @throws GatewayError `not-found`.
   */
  explain(sourceName: string, { headers, body }: RequestContent): Promise<Diagnosis> {
    const source = this.sourceNamed(sourceName);
    const { rules } = this.parts.sources.find(source.name) ?? {};
    const given: SignatureCase = {
      source: source.name,
      body,
      signature: headers['x-signature'],
      timestamp: headers['x-timestamp'],
      rules: { encodings: rules?.encodings ?? [], signed: rules?.signed ?? [] },
      secrets: secretsOf(this.parts.sources),
      misdirectedTo: headers[PATH_HEADER],
    };
    return diagnoseGently(given);
  }

  /**
   * Admits the kept rejections of a source that verify today, oldest first, through the pipeline: with their true
   * arrival, and under their id as delivery key, so that doing it twice, or after a crash, admits nothing twice. Admitting,
   * removing and the entry of the audit log are one transaction for each page.
   *
   * @param after id to go on after, from a call before.
   * @throws GatewayError `not-found`, `store-away`.
   */
  async reverify(sourceName: string, by: string, after?: string): Promise<ReverifyResult> {
    const source = this.sourceNamed(sourceName);
    const tally: Tally = {
      examined: 0,
      stored: 0,
      duplicate: 0,
      quarantined: 0,
      stillRejected: 0,
      unreadable: 0,
    };
    const startedAt = performance.now();
    let next = after;
    for (;;) {
      const page = await this.parts.store.oldest(source.name, next);
      const last = page.at(-1)?.id;
      if (last === undefined) return { ...tally, next: undefined };
      // Of two who admit the same, one does; the other looks again at what is left of the page.
      if (await this.reverifyPage(source, by, page, tally)) next = last;
      if (next !== undefined && performance.now() - startedAt > WORK_FOR_MS) return { ...tally, next };
    }
  }

  /** Adds to the tally, unless somebody else admits of the same page: false, and nothing was done. */
  private async reverifyPage(
    source: Source,
    by: string,
    page: readonly KeptRejection[],
    tally: Tally,
  ): Promise<boolean> {
    const entry = this.parts.sources.find(source.name);
    const verified: Verified[] = [];
    let stillRejected = 0;
    let unreadable = 0;
    for (const rejection of page) {
      const content = this.open(rejection);
      if (content === undefined || entry === undefined) {
        unreadable += 1;
        continue;
      }
      const { body, headers } = content;
      const authenticated = authenticate(
        { body, signature: headers['x-signature'], timestamp: headers['x-timestamp'] },
        entry.rules,
      );
      if (authenticated === undefined) stillRejected += 1;
      // A recorded request that was refused when it came for its signature is not to get in by this way.
      else if (
        stampFault(headers['x-timestamp'], authenticated.verification, entry.rules, rejection.receivedAt) !==
        undefined
      )
        stillRejected += 1;
      else {
        const { verification, isPackedSince } = authenticated;
        const { id: key, receivedAt } = rejection;
        verified.push({
          delivery: { key, source, receivedAt, body, headers: kept(headers), verification },
          formats: formatsOf(entry, isPackedSince),
        });
      }
    }
    const outcomes = await this.admit(verified, readmitAlongside(source.name, by));
    if (outcomes === undefined) return false;
    tally.examined += page.length;
    tally.stillRejected += stillRejected;
    tally.unreadable += unreadable;
    for (const { outcome } of outcomes) tally[outcome] += 1;
    return true;
  }

  /** Undefined when one of them is no longer kept: nothing was admitted then. */
  private async admit(
    verified: readonly Verified[],
    alongside: AlongsideAppend,
  ): Promise<readonly AppendOutcome[] | undefined> {
    if (verified.length === 0) return [];
    try {
      return await this.parts.eventLog.append({
        entries: verified.map(({ delivery, formats }) => prepare(delivery, formats)),
        positions: [],
        alongside,
      });
    } catch (error) {
      if (error instanceof GatewayError && error.code === 'conflict') return undefined;
      throw error;
    }
  }

  private open({ id, sealed }: KeptRejection): RequestContent | undefined {
    return this.parts.sealer && openRequest(this.parts.sealer, id, sealed);
  }

  private sourceNamed(name: string): Source {
    const source = this.parts.sources.find(name)?.source;
    if (source === undefined) {
      throw new GatewayError(
        'not-found',
        'No webhook source has this name; sources stand in the configuration.',
      );
    }
    return source;
  }

  private nothingKept(source: string, id: string | undefined): GatewayError {
    if (!this.isKeeping) {
      return new GatewayError(
        'not-found',
        'This gateway keeps no rejected deliveries, it only counts them, because it has no key to seal them with. Set CHARGELOG_SECRETS_KEY_FILE, or give a body and its headers.',
      );
    }
    return new GatewayError(
      'not-found',
      id === undefined
        ? `No rejected delivery of "${source}" is kept. They are kept for 72 hours; give a body and its headers to have those explained.`
        : `No kept rejection of "${source}" has this id. They are kept for 72 hours.`,
    );
  }
}

function secretsOf(sources: WebhookSources): DoctorSecret[] {
  return [...sources.all()].flatMap(({ source, rules }) =>
    rules.secrets.map(({ name, key }) => ({ source: source.name, name, key: key.export() })),
  );
}
