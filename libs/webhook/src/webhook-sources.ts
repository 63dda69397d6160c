import type { Source } from '@chargelog/domain';
import type { BodyFormat } from '@chargelog/pipeline';
import type { RateLimit } from './rate-limit.js';
import type { SignatureRules } from './signature.js';

/** A webhook source as it is served at this moment. */
export interface WebhookSource {
  readonly source: Source;
  /** With the secrets in use: those of the configuration and those added by the API. */
  readonly rules: SignatureRules;
  /** What stands around its notifications; undefined: nothing. */
  readonly formats?: readonly BodyFormat[] | undefined;
  /** Status of an acknowledgement; undefined: 202. */
  readonly answer?: 200 | 202 | 204 | undefined;
  /** Undefined: as fast as deliveries can be stored. */
  readonly rateLimit?: RateLimit | undefined;
}

/**
 * The one registry of webhook sources and the secrets that verify them. Intake, doctor and readmission ask it anew for
 * every delivery, so a changed secret counts from the next one on.
 */
export abstract class WebhookSources {
  /** Undefined where this instance's configuration has no webhook source of the name. */
  abstract find(name: string): WebhookSource | undefined;
  abstract all(): Iterable<WebhookSource>;
}
