/**
 * CRC-32C (Castagnoli; RFC 3720, section 12.1): reflected, polynomial 0x1EDC6F41, which is 0x82F63B78 with its bits
 * reversed; begins and ends with all bits inverted. One table for each of eight bytes that are taken at once.
 */
const TABLES = Array.from({ length: 8 }, () => new Uint32Array(256));

for (let byte = 0; byte < 256; byte += 1) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  table(0)[byte] = crc;
}
for (let k = 1; k < 8; k += 1) {
  for (let byte = 0; byte < 256; byte += 1) {
    const before = table(k - 1)[byte] ?? 0;
    table(k)[byte] = (before >>> 8) ^ (table(0)[before & 0xff] ?? 0);
  }
}

const [T0, T1, T2, T3, T4, T5, T6, T7] = [0, 1, 2, 3, 4, 5, 6, 7].map(table) as Tables;

/** CRC-32C of some bytes, unsigned. Eight bytes at a time: one at a time would cost more than reading the records. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  let i = 0;
  for (const end = bytes.length - 7; i < end; i += 8) {
    crc ^= at(bytes, i) | (at(bytes, i + 1) << 8) | (at(bytes, i + 2) << 16) | (at(bytes, i + 3) << 24);
    crc =
      at(T7, crc & 0xff) ^
      at(T6, (crc >>> 8) & 0xff) ^
      at(T5, (crc >>> 16) & 0xff) ^
      at(T4, crc >>> 24) ^
      at(T3, at(bytes, i + 4)) ^
      at(T2, at(bytes, i + 5)) ^
      at(T1, at(bytes, i + 6)) ^
      at(T0, at(bytes, i + 7));
  }
  for (; i < bytes.length; i += 1) crc = (crc >>> 8) ^ at(T0, (crc ^ at(bytes, i)) & 0xff);
  return ~crc >>> 0;
}

type Tables = [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
];

function table(index: number): Uint32Array {
  return TABLES[index] as Uint32Array;
}

/** Always within bounds here; the fallback is for the compiler. */
function at(bytes: Uint8Array | Uint32Array, index: number): number {
  return bytes[index] ?? 0;
}
