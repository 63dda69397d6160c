import { Secret } from './secret.js';
import { readTextFile } from './text-file.js';

const MAX_LENGTH = 8_192;

/** The password of the database as it was given: as it is, or by the path of a file that may change. */
export type DatabasePassword =
  { readonly from: 'environment'; readonly value: Secret } | { readonly from: 'file'; readonly path: string };

/** Why the text of a file is no password, as the rest of a sentence that begins with `names <path>`; or undefined. */
export function databasePasswordProblem(text: string): string | undefined {
  const password = withoutLineBreak(text);
  if (password === '') return ', which is empty';
  if (password.length > MAX_LENGTH) return `, which holds more than ${MAX_LENGTH} characters`;
  return /[\r\n\0]/.test(password) ? ', which holds more than one line; a password is one line' : undefined;
}

/** Gives the password of the moment: a file is read at each call, so that it may change while the gateway runs. */
export function passwordReader(password: DatabasePassword): () => string {
  if (password.from === 'environment') return () => password.value.reveal();
  return () => {
    const file = readTextFile(password.path);
    const why =
      file.outcome === 'read'
        ? databasePasswordProblem(file.text)
        : `, which ${file.outcome === 'missing' ? 'does not exist' : file.why}`;
    if (file.outcome !== 'read' || why !== undefined)
      throw new UnreadablePassword(`CHARGELOG_DATABASE_PASSWORD names ${password.path}${why}`);
    return withoutLineBreak(file.text);
  };
}

/** What ends a connection that is being made; the next one reads the file again. */
export class UnreadablePassword extends Error {
  readonly code = 'UNREADABLE_PASSWORD';
}

function withoutLineBreak(text: string): string {
  return text.replace(/\r?\n$/, '');
}
