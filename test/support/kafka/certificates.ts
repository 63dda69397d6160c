import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/**
 * A throw-away certificate authority with one server and one client certificate, all PEM. Written as X.509 (RFC 5280)
 * by hand because Node can read certificates but not make them, and because neither openssl nor a container can be
 * counted on wherever the tests run. P-256 keys: made in a millisecond, understood by Node and Java alike.
 */
export interface TestCertificates {
  readonly ca: string;
  readonly serverCert: string;
  readonly serverKey: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

interface Party {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/**
 * The server certificate names `localhost` and `127.0.0.1`; all three are valid from yesterday for ten days, unless that of
 * the server is to have expired an hour ago.
 */
export function createCertificates({ expired = false } = {}): TestCertificates {
  const authority = createParty('Chargelog test authority');
  const server = createParty('localhost');
  const client = createParty('chargelog-client');
  return {
    ca: certify(authority, authority, [basicConstraints(true)]),
    serverCert: certify(
      server,
      authority,
      [basicConstraints(false), localSubjectAltName()],
      expired ? -HOUR_MS : 10 * DAY_MS,
    ),
    serverKey: exportKey(server),
    clientCert: certify(client, authority, [basicConstraints(false)]),
    clientKey: exportKey(client),
  };
}

function createParty(name: string): Party {
  return { name, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}

function exportKey(party: Party): string {
  return party.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function certify(
  subject: Party,
  issuer: Party,
  extensions: readonly Buffer[],
  validForMs = 10 * DAY_MS,
): string {
  const algorithm = sequence(oid(ECDSA_WITH_SHA256));
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.of(2))),
    integer(randomBytes(16)),
    algorithm,
    distinguishedName(issuer.name),
    sequence(utcTime(Date.now() - DAY_MS), utcTime(Date.now() + validForMs)),
    distinguishedName(subject.name),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', toBeSigned, issuer.privateKey);
  const certificate = sequence(toBeSigned, algorithm, bitString(signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

// Object identifiers, already in their DER content form.
const ECDSA_WITH_SHA256 = Buffer.from('2a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('550403', 'hex');
const BASIC_CONSTRAINTS = Buffer.from('551d13', 'hex');
const SUBJECT_ALT_NAME = Buffer.from('551d11', 'hex');

function basicConstraints(authority: boolean): Buffer {
  const content = authority ? sequence(TRUE) : sequence();
  return sequence(oid(BASIC_CONSTRAINTS), TRUE, tagged(0x04, content));
}

function localSubjectAltName(): Buffer {
  const names = sequence(tagged(0x82, Buffer.from('localhost')), tagged(0x87, Buffer.of(127, 0, 0, 1)));
  return sequence(oid(SUBJECT_ALT_NAME), tagged(0x04, names));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(oid(COMMON_NAME), tagged(0x0c, Buffer.from(commonName)))));
}

/** One DER element: tag, length (short or long form), content. */
function tagged(tag: number, content: Buffer): Buffer {
  const length = content.length;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const header =
    length < 0x100 ? Buffer.of(tag, 0x81, length) : Buffer.of(tag, 0x82, length >> 8, length & 0xff);
  return Buffer.concat([header, content]);
}

function sequence(...elements: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(elements));
}

function oid(content: Buffer): Buffer {
  return tagged(0x06, content);
}

/** A positive INTEGER: the top bit is cleared so that no padding is needed, the next set so that none is superfluous. */
function integer(bytes: Buffer): Buffer {
  if (bytes.length === 1) return tagged(0x02, bytes);
  const positive = Buffer.from(bytes);
  positive[0] = ((positive[0] ?? 0) & 0x7f) | 0x40;
  return tagged(0x02, positive);
}

function bitString(content: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.of(0), content]));
}

function utcTime(ms: number): Buffer {
  const text = new Date(ms)
    .toISOString()
    .replaceAll(/[-:T]|\.\d+/g, '')
    .slice(2);
  return tagged(0x17, Buffer.from(text));
}

const TRUE = Buffer.of(0x01, 0x01, 0xff);
