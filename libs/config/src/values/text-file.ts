import { readFileSync, statSync } from 'node:fs';

/** Configuration, certificates and keys are small; a larger file is the wrong file. */
const MAX_BYTES = 1_048_576;

/**
 * A secret volume belongs to root and is readable by all (0644) unless told otherwise. The gateway does not run as root, so
 * `defaultMode: 0400` alone shuts it out: the group of the volume must be one of its own.
 */
export const KUBERNETES_MODE =
  'Kubernetes: defaultMode: 0440 for the secret volume, and fsGroup in the securityContext of the pod';

export type TextFile =
  | { readonly outcome: 'read'; readonly text: string; readonly mode: number }
  | { readonly outcome: 'missing' }
  | { readonly outcome: 'unusable'; readonly why: string };

/** Reads a small UTF-8 file. Refuses what is no regular file before opening it: a named pipe would block the start. */
export function readTextFile(path: string): TextFile {
  try {
    const stat = statSync(path);
    if (!stat.isFile())
      return unusable(stat.isDirectory() ? 'is a folder, not a file' : 'is not a regular file');
    if (stat.size > MAX_BYTES) return unusable('is larger than 1 MiB');
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
    return { outcome: 'read', text, mode: stat.mode };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { outcome: 'missing' };
    if (code === 'EACCES' || code === 'EPERM')
      return unusable(`may not be read by this user; change its owner or mode (${KUBERNETES_MODE})`);
    if (error instanceof TypeError) return unusable('is not UTF-8 text');
    return unusable(`could not be read (${code})`);
  }
}

function unusable(why: string): TextFile {
  return { outcome: 'unusable', why };
}
