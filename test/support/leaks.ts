import { SECRET_DIGITS, SECRET_TEXT } from './planted-secrets.js';

/** In base64 a text has three shapes, by the place at which it begins; characters that hold bits of its neighbours left out. */
const SHAPES = [
  SECRET_TEXT,
  SECRET_DIGITS,
  Buffer.from(SECRET_TEXT).toString('hex'),
  ...[0, 1, 2].map((at) =>
    Buffer.from(`${'.'.repeat(at)}${SECRET_TEXT}`)
      .toString('base64')
      .slice(Math.ceil((at * 8) / 6), Math.floor(((at + SECRET_TEXT.length) * 8) / 6)),
  ),
];

/** What surrounds the secrets of a text, as they are or in the encodings that bytes are shown in. */
export function leaksIn(text: string): readonly string[] {
  return SHAPES.flatMap((shape) => {
    const at = text.indexOf(shape);
    return at === -1 ? [] : [text.slice(Math.max(0, at - 80), at + 40)];
  });
}
