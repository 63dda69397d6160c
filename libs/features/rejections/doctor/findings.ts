import type { BodyChange } from './body-variants.js';
import type { Digest, Quirk } from './read-claims.js';
import type { SecretChange } from './secret-variants.js';
import type { StampChange } from './signed-strings.js';

export type FindingCode =
  | 'verifies'
  | 'path-wrong'
  | 'secret-of-other-source'
  | 'encoding-not-enabled'
  | 'form-not-enabled'
  | 'other-digest'
  | 'signature-missing'
  | 'signature-empty'
  | 'signature-unreadable'
  | 'signature-length'
  | 'timestamp-missing'
  | 'no-secrets'
  | 'no-match'
  | 'not-as-php-writes'
  | 'search-cut'
  | BodyChange
  | SecretChange
  | StampChange
  | Quirk;

/** One thing that was found, as sentences for a person. Neither ever holds a secret or a signature. */
export interface Finding {
  readonly code: FindingCode;
  readonly detail: string;
  /** What to do about it; absent where there is nothing to change. */
  readonly change?: string;
}

type Text = Omit<Finding, 'code'>;

/** Where the bytes of the body are not those that were signed. No setting can mend that: it has to stay as it was sent. */
export const BODY_TEXT: Readonly<Record<BodyChange, string>> = {
  'newline-added':
    'The body got a line break at its end after it was signed; without it the signature matches.',
  'newline-removed':
    'The body lost the line break at its end after it was signed; with it the signature matches.',
  'crlf-to-lf': 'Line breaks of the body became LF after it was signed; with CR LF the signature matches.',
  'lf-to-crlf': 'Line breaks of the body became CR LF after it was signed; with LF the signature matches.',
  'bom-added': 'The body got a byte order mark after it was signed; without it the signature matches.',
  'bom-removed': 'The body lost its byte order mark after it was signed; with it the signature matches.',
  'space-added': 'White space stands around the body that was not signed; without it the signature matches.',
  reserialized: 'The body was read as JSON and written again after it was signed.',
  charset:
    'The body was converted to another character set after it was signed; converted back the signature matches.',
  compressed: 'The body arrived compressed with gzip; unpacked the signature matches.',
  'body-not-signed':
    'The signature covers an empty body, not the one that arrived: the sender signed before it had one.',
};

export const BODY_REMEDY =
  'Let nothing between AMPECO and the gateway rewrite bodies: look at proxies, firewalls, API gateways and functions in front of /webhooks, and pass the bytes on untouched.';

export const SECRET_TEXT: Readonly<Record<SecretChange, Text>> = {
  'secret-has-space': {
    detail: 'The secret is configured with white space around it; without it the signature matches.',
    change: 'Remove the white space around the secret, or add the secret again without it.',
  },
  'secret-lacks-newline': {
    detail: 'The sender signs with the secret and a line break behind it.',
    change: 'Enter the token in AMPECO again without the line break, and subscribe with it.',
  },
  'secret-quoted': {
    detail:
      'The secret is configured with quotation marks that belong to no token; without them the signature matches.',
    change: 'Remove the quotation marks from the secret.',
  },
  'secret-has-bearer': {
    detail: 'The secret is configured with "Bearer" before it; without it the signature matches.',
    change: 'Configure the token alone, without "Bearer".',
  },
  'secret-lacks-bearer': {
    detail: 'The sender signs with "Bearer", a space and the token.',
    change: 'Configure the secret as "Bearer" followed by a space and the token.',
  },
  'secret-after-pipe': {
    detail: 'The sender signs with the part of the token behind the bar (|) only.',
    change: 'Configure the part of the token behind the bar as the secret.',
  },
  'secret-hashed': {
    detail:
      'The sender signs with the SHA-256 of the token (64 lower-case hex characters), not with the token.',
    change:
      'Configure the hex SHA-256 of the token as the secret; of a token with a bar (|) try the part behind it.',
  },
  'secret-from-base64': {
    detail: 'The sender signs with the bytes that the secret encodes in base64, not with its text.',
    change:
      'A secret is used as text, so these bytes cannot be configured as it is; subscribe with another token, or report it.',
  },
  'secret-from-hex': {
    detail: 'The sender signs with the bytes that the secret encodes in hex, not with its text.',
    change:
      'A secret is used as text, so these bytes cannot be configured as it is; subscribe with another token, or report it.',
  },
  'secret-empty': {
    detail: 'The signature was made with an empty secret: anybody could have made it.',
    change: 'Find out why the sender has no token; make a new one in AMPECO and subscribe with it.',
  },
};

export const STAMP_TEXT: Readonly<Record<StampChange, Text>> = {
  'stamp-rewritten': {
    detail: 'The signature covers the time of X-Timestamp written in another way than the header has it.',
    change:
      'Check that nothing on the way rewrites X-Timestamp. If it arrives as AMPECO sent it, this form needs a new version of the gateway: report it.',
  },
  'stamp-joined-otherwise': {
    detail: 'The signature covers X-Timestamp and the body joined in a way that no setting knows.',
    change:
      'This form needs a new version of the gateway: report it, the kept rejections can be admitted then.',
  },
};

export const QUIRK_TEXT: Readonly<Record<Quirk, string>> = {
  base64url: 'X-Signature is written in base64url (- and _ in place of + and /).',
  'base64-of-hex': 'X-Signature is the base64 of the hex text; one of the two encodings is too much.',
  'hex-of-base64': 'X-Signature is the hex of the base64 text; one of the two encodings is too much.',
  'case-folded': 'X-Signature is base64 whose letters were all made upper or lower case, which destroys it.',
  escaped: 'X-Signature arrived percent-encoded.',
  'inner-space': 'X-Signature has white space inside.',
  prefixed: 'X-Signature has a prefix other than sha256= before the value.',
  quoted: 'X-Signature stands in quotation marks.',
  several: 'X-Signature holds several values, as happens when the header is sent or added twice.',
  truncated: 'X-Signature is cut off: it is the beginning of the right signature.',
};

export const QUIRK_REMEDY =
  'Look for what changes headers between AMPECO and the gateway. If AMPECO itself sends it so, the form needs a new version of the gateway: report it.';

export const DIGEST_NAME: Readonly<Record<Digest, string>> = {
  md5: 'HMAC-MD5',
  sha1: 'HMAC-SHA1',
  sha256: 'HMAC-SHA256',
  sha384: 'HMAC-SHA384',
  sha512: 'HMAC-SHA512',
};
