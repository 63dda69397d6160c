import { GatewayError } from '@chargelog/domain';

/** How bytes are written in JSON. */
export const BODY_ENCODINGS = ['text', 'hex', 'base64'] as const;
export type BodyEncoding = (typeof BODY_ENCODINGS)[number];

/**
 * The bytes that a member `body` of a request stands for.
 *
 * @throws GatewayError `invalid-body` where the text is not in that encoding.
 */
export function writtenBytes(text: string, encoding: BodyEncoding): Buffer {
  if (encoding === 'text') return Buffer.from(text, 'utf8');
  const bytes = Buffer.from(text, encoding);
  const isWhole =
    encoding === 'hex'
      ? bytes.length * 2 === text.length
      : bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  if (isWhole) return bytes;
  const reason = `is not ${encoding}`;
  throw new GatewayError('invalid-body', `body: ${reason}`, {
    errors: [{ in: 'body', name: 'body', reason }],
  });
}
