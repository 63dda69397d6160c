import { gzipSync } from 'node:zlib';
import type { SignatureCase } from '@chargelog/features/rejections';
import { BODY, found, hex, hmac, OTHER, parsed, SENT, STAMP, TOKEN, type Row } from './signature-case.js';

const arrived = (body: Buffer | string, signed: Buffer | string = BODY): Partial<SignatureCase> => ({
  body: Buffer.from(body),
  signature: hex(signed),
});
const latin = Buffer.from('{"notification":"x","name":"café"}', 'latin1');
export const BODY_CHANGES: readonly Row[] = [
  found('a line break added', arrived(`${SENT}\n`), 'explained', ['newline-added'], { form: 'body:hex' }),
  found('CR LF added', arrived(`${SENT}\r\n`), 'explained', ['newline-added']),
  found('a line break removed', arrived(SENT, `${SENT}\n`), 'explained', ['newline-removed']),
  found('CR LF removed', arrived(SENT, `${SENT}\r\n`), 'explained', ['newline-removed']),
  found('CR LF made LF', arrived('{\n"notification":"x"\n}', '{\r\n"notification":"x"\r\n}'), 'explained', [
    'crlf-to-lf',
  ]),
  found('LF made CR LF', arrived('{\r\n"notification":"x"\r\n}', '{\n"notification":"x"\n}'), 'explained', [
    'lf-to-crlf',
  ]),
  found('a byte order mark added', arrived(`\uFEFF${SENT}`), 'explained', ['bom-added']),
  found('a byte order mark removed', arrived(SENT, `\uFEFF${SENT}`), 'explained', ['bom-removed']),
  found('white space added around', arrived(` ${SENT}  `), 'explained', ['space-added']),
  found(
    'a body written anew, indented by two',
    arrived(JSON.stringify(parsed(), undefined, 2).replace('"power": 1', '"power": 1.0')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body written anew, indented by four',
    arrived(JSON.stringify(parsed(), undefined, 4).replace('"power": 1', '"power": 1.0')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body written anew without escapes',
    arrived(JSON.stringify(parsed()).replace('"power":1', '"power":1.0')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body that was pretty when signed',
    arrived(
      SENT,
      SENT.replace('{"notification":', '{\n    "notification": ')
        .replaceAll(/,"(\w+)":/g, ',\n    "$1": ')
        .replace(/\}$/, '\n}'),
    ),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body that was signed with spaces',
    arrived(SENT, SENT.replaceAll('":', '": ').replaceAll(',"', ', "')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body that was signed unescaped',
    arrived(SENT, SENT.replace('\\/', '/').replace('\\u00e9', 'é')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body that was signed with unescaped slashes only',
    arrived(SENT, SENT.replace('\\/', '/')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body that was signed with unescaped letters only',
    arrived(SENT, SENT.replace('\\u00e9', 'é')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body that was signed as Laravel answers',
    arrived(SENT, SENT.replace('<1>', '\\u003C1\\u003E')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body that was signed as parsed and written',
    arrived(SENT, JSON.stringify(parsed())),
    'explained',
    ['reserialized'],
  ),
  found('Latin-1 made UTF-8', arrived(Buffer.from(latin.toString('latin1'), 'utf8'), latin), 'explained', [
    'charset',
  ]),
  found(
    'UTF-8 encoded twice',
    arrived(Buffer.from(Buffer.from('{"a":"é"}').toString('latin1')), '{"a":"é"}'),
    'explained',
    ['charset'],
  ),
  found('a compressed body', arrived(gzipSync(BODY)), 'explained', ['compressed']),
  found('an empty body signed', { signature: hex('') }, 'explained', ['body-not-signed']),
  found(
    'a line break added, signed by another source',
    { body: Buffer.from(`${SENT}\n`), signature: hex(BODY, OTHER) },
    'explained',
    ['secret-of-other-source', 'newline-added'],
    { secret: 'b-present' },
  ),
  found(
    'a line break added, with a stamp',
    { body: Buffer.from(`${SENT}\n`), signature: hex(`${STAMP}.${SENT}`) },
    'explained',
    ['newline-added', 'form-not-enabled'],
  ),
];

const base64 = hmac(BODY).toString('base64');
export const HEADER_CHANGES: readonly Row[] = [
  found('a cut hex signature', { signature: hex(BODY).slice(0, 40) }, 'explained', ['truncated']),
  found('an odd number of hex characters', { signature: hex(BODY).slice(0, 63) }, 'explained', ['truncated']),
  found('a cut base64 signature', { signature: base64.slice(0, 30) }, 'explained', ['truncated']),
  found(
    'base64url',
    { body: Buffer.from('{"n":7}'), signature: hmac('{"n":7}').toString('base64url') },
    'explained',
    ['base64url'],
  ),
  found('base64 of the hex', { signature: Buffer.from(hex(BODY)).toString('base64') }, 'explained', [
    'base64-of-hex',
  ]),
  found('hex of the base64', { signature: Buffer.from(base64).toString('hex') }, 'explained', [
    'hex-of-base64',
  ]),
  found('base64 in lower case', { signature: base64.toLowerCase() }, 'explained', ['case-folded']),
  found('base64 in upper case', { signature: base64.toUpperCase() }, 'explained', ['case-folded']),
  found('percent encoding', { signature: encodeURIComponent(base64) }, 'explained', ['escaped']),
  found('quotes', { signature: `"${hex(BODY)}"` }, 'explained', ['quoted']),
  found('another prefix', { signature: `v1=${hex(BODY)}` }, 'explained', ['prefixed']),
  found('a scheme before it', { signature: `HMAC-SHA256 ${base64}` }, 'explained', ['prefixed']),
  found('a time and a value', { signature: `t=1773480413,v1=${hex(BODY)}` }, 'explained', [
    'several',
    'prefixed',
  ]),
  found('the header twice', { signature: `${hex(BODY)}, ${hex(BODY, OTHER)}` }, 'explained', ['several']),
  found('a space inside', { signature: `${hex(BODY).slice(0, 32)} ${hex(BODY).slice(32)}` }, 'explained', [
    'inner-space',
  ]),
  found('SHA-1', { signature: hmac(BODY, TOKEN, 'sha1').toString('hex') }, 'explained', ['other-digest']),
  found('SHA-512', { signature: hmac(BODY, TOKEN, 'sha512').toString('hex') }, 'explained', ['other-digest']),
  found('SHA-512 in base64', { signature: hmac(BODY, TOKEN, 'sha512').toString('base64') }, 'explained', [
    'other-digest',
  ]),
  found('MD5', { signature: hmac(BODY, TOKEN, 'md5').toString('hex') }, 'explained', ['other-digest']),
  found('SHA-384', { signature: hmac(BODY, TOKEN, 'sha384').toString('hex') }, 'explained', ['other-digest']),
];
