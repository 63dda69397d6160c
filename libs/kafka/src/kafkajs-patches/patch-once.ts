import { createRequire } from 'node:module';

/** The version whose inner modules the patches were written for; `package.json` pins it. */
const PATCHED_VERSION = '2.2.4';

/**
 * Hands an inner module of kafkajs to a patch.
 *
 * @param path of the module, below `src`
 * @returns undefined when the patch is in place, otherwise why it is not: the intake works either way.
 */
export function patchInnerModule(
  path: string,
  patch: (inner: unknown, version: string) => string | undefined,
): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    const { version } = require('kafkajs/package.json') as { version: string };
    return patch(require(`kafkajs/src/${path}`), version);
  } catch (error) {
    return `kafkajs was not found in the expected shape: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/**
 * Changes an object once, however often it is asked for, and only in the version that the change was written for.
 *
 * @param change returns undefined when it was made, otherwise why the object is not as expected
 */
export function patchOnce<T extends object>(
  target: T,
  name: string,
  version: string,
  change: (target: T) => string | undefined,
): string | undefined {
  const mark = Symbol.for(`chargelog.${name}-patch`);
  if (mark in target) return undefined;
  if (version !== PATCHED_VERSION) return `written for kafkajs ${PATCHED_VERSION}, found ${version}`;
  const problem = change(target);
  if (problem === undefined) Object.defineProperty(target, mark, { value: true });
  return problem;
}
