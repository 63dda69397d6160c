import type { SignatureRules } from '@chargelog/webhook';

export interface DoctorSecret {
  /** Name of the source it belongs to. */
  readonly source: string;
  /** Its configured name; the only thing of it that is ever shown. */
  readonly name: string;
  readonly key: Buffer;
}

/** A delivery whose signature is to be explained, and what is known about its source. */
export interface SignatureCase {
  /** The source whose door it came to. */
  readonly source: string;
  readonly body: Buffer;
  /** Text of `X-Signature`; undefined when the header was not there. */
  readonly signature: string | undefined;
  /** Text of `X-Timestamp`. */
  readonly timestamp: string | undefined;
  /** Path it was sent to, where that is no callback URL. */
  readonly misdirectedTo?: string | undefined;
  /** What the source accepts today. */
  readonly rules: Pick<SignatureRules, 'encodings' | 'signed'>;
  /** Secrets of this source and of all others. A retired secret is erased, so it cannot be tried. */
  readonly secrets: readonly DoctorSecret[];
}
