import type { NotUnwrapped } from './body-format.js';

/** Whether a body is text in UTF-16, by its byte order mark or by a first character of JSON in two bytes. */
export function utf16Kind(body: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = body;
  if (body.length < 2) return undefined;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const opens = (byte: number): boolean => byte === 0x7b || byte === 0x5b || byte === 0x22;
  if (opens(first) && second === 0 && third !== 0) return 'utf-16le';
  if (first === 0 && opens(second) && third === 0 && fourth !== 0) return 'utf-16be';
  return undefined;
}

/** The same text in UTF-8, without byte order mark; undefined for what is no UTF-16. */
export function utf16Of(body: Buffer): Buffer | NotUnwrapped | undefined {
  const kind = utf16Kind(body);
  if (kind === undefined) return undefined;
  if (body.length % 2 !== 0)
    return {
      ok: false,
      reason: 'utf-16',
      detail: 'The body is text in UTF-16, but its last character is cut off.',
    };
  const little = kind === 'utf-16le' ? body : Buffer.from(body).swap16();
  const text = little.toString('utf16le').replace(/^\uFEFF/, '');
  return Buffer.from(text, 'utf8');
}
