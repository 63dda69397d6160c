import { SIGNATURE_FORMS, type SignatureForm } from '@chargelog/domain';
import type { SignatureCase } from './case.js';
import {
  BODY_REMEDY,
  BODY_TEXT,
  DIGEST_NAME,
  QUIRK_REMEDY,
  QUIRK_TEXT,
  SECRET_TEXT,
  STAMP_TEXT,
  type Finding,
} from './findings.js';
import { readClaims, type Claim } from './read-claims.js';
import type { JsonStyle } from './reserialize.js';
import { search, type Reproduction } from './search.js';
import { unexplained } from './unexplained.js';

/**
 * `verifies`: the source accepts it as it is. `configurable`: it does after the changes of the findings, and kept
 * rejections can be admitted then. `explained`: the cause is known, but lies outside the gateway. `unexplained`: no
 * secret, form or near miss reproduces it; the findings say what is remarkable.
 */
export type Verdict = 'verifies' | 'configurable' | 'explained' | 'unexplained';

export interface Diagnosis {
  readonly verdict: Verdict;
  /** What reproduces the signature: the secret by its names, and the form where it is one that can be configured. */
  readonly match:
    | { readonly source: string; readonly secret: string; readonly form: SignatureForm | undefined }
    | undefined;
  readonly findings: readonly Finding[];
  /** Digests that were computed. */
  readonly tried: number;
}

/** Explains a signature: which secret, encoding and signed string match, or what is nearest. Shows neither secret nor signature. */
export function diagnoseSignature(given: SignatureCase): Diagnosis {
  const examination = examine(given);
  for (;;) {
    const step = examination.next();
    if (step.done === true) return step.value;
  }
}

/** The same, giving way to other work every few milliseconds. */
export async function diagnoseGently(given: SignatureCase): Promise<Diagnosis> {
  const examination = examine(given);
  for (;;) {
    const step = examination.next();
    if (step.done === true) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function* examine(given: SignatureCase): Generator<void, Diagnosis> {
  const claims = given.signature === undefined ? [] : readClaims(given.signature);
  const { reproduction, tried, complete } = yield* search(claims, given);
  if (reproduction === undefined) {
    const findings = [...aboutPath(given), ...unexplained(given, claims, complete)];
    return { verdict: 'unexplained', match: undefined, findings, tried };
  }
  const { secret } = reproduction;
  const findings = explain(reproduction, given);
  return {
    verdict: verdictOf(findings),
    match: { source: secret.source, secret: secret.name, form: formOf(reproduction) },
    findings: findings.map(({ finding }) => finding),
    tried,
  };
}

interface Explained {
  readonly finding: Finding;
  /** True where a setting of the gateway mends it. */
  readonly configurable: boolean;
}

const CONFIGURABLE_SECRETS = new Set([
  'secret-has-space',
  'secret-quoted',
  'secret-has-bearer',
  'secret-lacks-bearer',
  'secret-after-pipe',
  'secret-hashed',
]);

function explain(found: Reproduction, given: SignatureCase): readonly Explained[] {
  const { secret, claim, signed, body, secretChange } = found;
  const explained: Explained[] = [];
  const add = (configurable: boolean, finding: Finding): void =>
    void explained.push({ configurable, finding });

  if (secret.source !== given.source) add(true, otherSource(found, given));
  if (secretChange !== undefined) {
    add(CONFIGURABLE_SECRETS.has(secretChange), { code: secretChange, ...SECRET_TEXT[secretChange] });
  }
  if (claim.digest !== 'sha256') {
    add(false, {
      code: 'other-digest',
      detail: `The signature is an ${DIGEST_NAME[claim.digest]}; AMPECO documents HMAC-SHA256.`,
      change:
        'This needs a new version of the gateway: report it, and check who really sends these deliveries.',
    });
  }
  for (const quirk of claim.quirks)
    add(false, { code: quirk, detail: QUIRK_TEXT[quirk], change: QUIRK_REMEDY });
  if (signed.change !== undefined) add(false, { code: signed.change, ...STAMP_TEXT[signed.change] });
  if (body !== undefined) {
    const style = body.style === undefined ? '' : ` ${styleText(body.style)}`;
    const change =
      body.change === 'compressed'
        ? `Such deliveries are taken, up to 4 MiB unpacked; this one came among too many that were signed by nobody. Admit it with: chargelog rejections reverify --source ${given.source}.`
        : BODY_REMEDY;
    add(false, { code: body.change, detail: BODY_TEXT[body.change] + style, change });
  }
  if (signed.form !== undefined && !given.rules.signed.includes(signed.form)) {
    add(true, {
      code: 'form-not-enabled',
      detail: `The signed string is "${signed.form}", which this source does not accept.`,
      change: `Configure the source "${given.source}" with signature: { signed: [${[...given.rules.signed, signed.form].join(', ')}] }.`,
    });
  }
  if (!given.rules.encodings.includes(claim.encoding)) {
    add(true, {
      code: 'encoding-not-enabled',
      detail: `The signature is written in ${claim.encoding}, which this source does not accept.`,
      change: `Configure the source "${given.source}" with signature: { encodings: [${[...given.rules.encodings, claim.encoding].join(', ')}] }.`,
    });
  }
  for (const finding of aboutPath(given)) add(false, finding);
  if (explained.length === 0) {
    add(true, {
      code: 'verifies',
      detail: `It verifies with the secret "${secret.name}" in the form ${formOf(found)}: the source accepts it as it is today.`,
    });
  }
  return explained;
}

function aboutPath({ misdirectedTo, source }: SignatureCase): readonly Finding[] {
  if (misdirectedTo === undefined) return [];
  return [
    {
      code: 'path-wrong',
      detail: `It was sent to "${misdirectedTo}", where no webhook is received.`,
      change: `Let the callback URL of the subscription end with /webhooks/${source}. What came before, and verifies, is admitted by: chargelog rejections reverify --source ${source}.`,
    },
  ];
}

function otherSource({ secret }: Reproduction, given: SignatureCase): Finding {
  return {
    code: 'secret-of-other-source',
    detail: `It is signed with the secret "${secret.name}" of the source "${secret.source}", but was sent to "${given.source}".`,
    change: `Let the subscription call /webhooks/${secret.source}, or, if it belongs to "${given.source}", add its token to the secrets of "${given.source}".`,
  };
}

function verdictOf(explained: readonly Explained[]): Verdict {
  if (explained.every(({ finding }) => finding.code === 'verifies')) return 'verifies';
  return explained.every(({ configurable }) => configurable) ? 'configurable' : 'explained';
}

function formOf({ signed, claim }: Reproduction): SignatureForm | undefined {
  if (signed.form === undefined || signed.change !== undefined || !isPlain(claim)) return undefined;
  const form = `${signed.form}:${claim.encoding}` as const;
  return SIGNATURE_FORMS.find((known) => known === form);
}

function isPlain(claim: Claim): boolean {
  return claim.digest === 'sha256' && claim.quirks.length === 0;
}

function styleText({ layout, escape }: JsonStyle): string {
  const layouts = {
    compact: 'compact',
    spaced: 'with a space after colons and commas',
    'pretty-2': 'on lines indented by two spaces',
    'pretty-4': 'on lines indented by four spaces',
  };
  const escapes = {
    plain: 'nothing escaped that need not be',
    php: 'slashes and non-ASCII characters escaped as PHP does',
    ascii: 'non-ASCII characters escaped',
    slashes: 'slashes escaped',
    html: 'slashes, non-ASCII and HTML characters escaped',
  };
  return `Written ${layouts[layout]}, ${escapes[escape]}, the signature matches.`;
}
