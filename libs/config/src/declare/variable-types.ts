import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { KUBERNETES_MODE, readTextFile } from '../values/text-file.js';
import type { Type } from './setting.js';
import { textType, wholeNumberRule, type Rule } from './types.js';

const READABLE_BY_ALL = 0o004;

/** A whole number, written in digits. */
export function digits(what: string, least: number, most: number): Type<number> {
  const rule = wholeNumberRule(least, most);
  const problem: Rule<string> = (text) => rule(/^\d{1,15}$/.test(text) ? Number(text) : undefined);
  return textType(`${what}, ${least} to ${most}`, problem, { into: Number });
}

/** A path as it is written. */
export const writtenPath = textType('path', () => undefined);

/** Reads to the absolute path; nothing need exist there. */
export const path = textType('path', () => undefined, { into: (named, at) => resolve(at.folder, named) });

/** Reads to the absolute path of a folder that exists. */
export const folder = textType('path of a folder', () => undefined, {
  into(named, at) {
    const absolute = resolve(at.folder, named);
    return isFolder(absolute) ? absolute : at.add(`names ${named}, which is no folder that can be read`);
  },
});

/**
 * The path of a file that not every user may read. `problem` says what is wrong with its text, as the rest of a sentence
 * that begins with `names <path>`; `into` makes what the program uses from the absolute path and the text.
 */
export function privateFile<T>(problem: Rule<string>, into: (path: string, text: string) => T): Type<T> {
  return textType<T>('path', () => undefined, {
    into(named, at) {
      const absolute = resolve(at.folder, named);
      const file = readTextFile(absolute);
      if (file.outcome === 'missing') return at.add(`names ${named}, which does not exist`);
      if (file.outcome === 'unusable') return at.add(`names ${named}, which ${file.why}`);
      // Windows has no such mode bits; Node reports every file there as readable by all.
      if (process.platform !== 'win32' && (file.mode & READABLE_BY_ALL) !== 0)
        at.add(
          `names ${named}, which every user of this machine can read; run chmod 600 on it (${KUBERNETES_MODE})`,
        );
      // Checked even where the mode is reported: all that is wrong is named at once.
      const why = problem(file.text);
      return why === undefined ? into(absolute, file.text) : at.add(`names ${named}${why}`);
    },
  });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
