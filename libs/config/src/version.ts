import { createRequire } from 'node:module';

/** Version of the program, from the package's own description; the same place from the sources and from `dist`. */
export function version(): string {
  const require = createRequire(import.meta.url);
  for (const path of ['../../../package.json', '../../../../package.json']) {
    try {
      const found = require(path) as { name?: string; version?: string };
      if (found.name === 'chargelog' && found.version !== undefined) return found.version;
    } catch {
      // Not there: this is the other of the two layouts.
    }
  }
  return 'unknown';
}
