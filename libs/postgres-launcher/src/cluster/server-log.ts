import { open, rename, stat } from 'node:fs/promises';

const ROTATE_ABOVE = 10 * 1024 * 1024;
const TAIL_LINES = 20;

/** Keeps one old file, `server.log.1`. Called only while no server writes. */
export async function rotateServerLog(path: string): Promise<void> {
  if ((await sizeOf(path)) > ROTATE_ABOVE) await rename(path, `${path}.1`);
}

export async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (info) => info.size,
    () => 0,
  );
}

/** The last lines written at or after a position in bytes. */
export async function tailOf(path: string, from: number): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { size } = await file.stat();
    const start = Math.max(from, size - 16 * 1024);
    if (size <= start) return '';
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return lastLines(buffer.subarray(0, bytesRead).toString('utf8'));
  } finally {
    await file.close();
  }
}

export function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}
