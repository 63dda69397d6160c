/** Each way a secret may be written, so that none of them hides it. */
export function formsOf(secret: string | Buffer): string[] {
  const bytes = Buffer.from(secret);
  const text = bytes.toString('latin1');
  const isText = typeof secret === 'string';
  const plain = [
    ...(isText ? [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)] : []),
    bytes.toString('hex'),
    ...base64Inside(bytes),
  ];
  // What a database shows of bytes is hex, also of bytes that hold one of the above.
  const inBytes = plain.map((form) => Buffer.from(form).toString('hex'));
  return [...new Set([...plain, ...inBytes, ...(isText ? [encodeURIComponent(text)] : [])])].filter(
    (form) => form.length >= 8,
  );
}

/**
 * Which secrets stand in a text, by name, each with the place. Letter case is not looked at: of a hex form it tells
 * nothing.
 */
export function secretsIn(text: string, secrets: Readonly<Record<string, string | Buffer>>): string[] {
  const lower = text.toLowerCase();
  return Object.entries(secrets).flatMap(([name, secret]) =>
    formsOf(secret).flatMap((form) => {
      const at = lower.indexOf(form.toLowerCase());
      return at < 0 ? [] : [`${name}: ${text.slice(Math.max(at - 60, 0), at + form.length + 20)}`];
    }),
  );
}

/** Base64 of bytes that stand somewhere in a longer text: one form for each of the three ways to be aligned, in both alphabets. */
function base64Inside(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    const from = offset === 0 ? 0 : offset + 1; // characters that depend on what stands before
    const whole = Math.floor((padded.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((alphabet) => padded.toString(alphabet).slice(from, whole));
  });
}
