/** Of all together. Node and most proxies refuse an answer whose headers pass 16 KiB. */
const ROOM_BYTES = 12 * 1024;

/**
 * The headers of a delivery as headers of an answer, each behind `original-`. A Kafka record may carry names and values
 * that HTTP cannot, or more than clients take; those are left out, `/deliveries` shows them.
 */
export function originalHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const fitting: Record<string, string> = {};
  let room = ROOM_BYTES;
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[a-z0-9-]+$/.test(name) || !/^[\x20-\x7e]*$/.test(value)) continue;
    if (name.length + value.length > room) continue;
    room -= name.length + value.length;
    fitting[`original-${name}`] = value;
  }
  return fitting;
}
