import { readFileSync } from 'node:fs';
import { UsageError } from '@chargelog/local-gateway';

/** @throws UsageError where the file cannot be read. */
export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
