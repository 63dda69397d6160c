import { isAbsolute, resolve } from 'node:path';
import { readTextFile } from '../values/text-file.js';

export interface Resolved {
  /** Undefined when a reference could not be resolved. */
  readonly text: string | undefined;
  readonly problems: readonly string[];
  /** Absolute path of the file that was read. */
  readonly file?: string;
  /** Names of the variables referred to, found or not. */
  readonly variables: readonly string[];
}

/**
 * Replaces the references of one text: `${NAME}` anywhere by the environment variable, `$${` by a literal `${`, and a
 * text that starts with `file:` as a whole by the content of that file without its last line break. What was inserted
 * is not searched again, so a secret may contain any of these. Relative paths start from `folder`.
 */
export function resolveReferences(written: string, env: NodeJS.ProcessEnv, folder: string): Resolved {
  const expanded = expandVariables(written, env);
  if (expanded.text === undefined || !written.startsWith('file:')) return expanded;

  const named = written.slice('file:'.length);
  const path = expanded.text.slice('file:'.length);
  if (path === '') return { ...expanded, text: undefined, problems: ['names no file after "file:"'] };
  const absolute = resolve(folder, path);
  const file = readTextFile(absolute);
  if (file.outcome === 'read') return { ...expanded, text: withoutLastLineBreak(file.text), file: absolute };
  const looked = isAbsolute(path) ? '' : ` in ${folder}, the folder of the configuration file`;
  const why = file.outcome === 'missing' ? `does not exist${looked}` : file.why;
  return { ...expanded, text: undefined, problems: [`refers to the file ${named}, which ${why}`] };
}

/** Editors and `echo` put one at the end of a file. */
export function withoutLastLineBreak(text: string): string {
  return text.replace(/\r?\n$/, '');
}

function expandVariables(written: string, env: NodeJS.ProcessEnv): Resolved {
  const problems: string[] = [];
  const variables: string[] = [];
  const text = written.replaceAll(
    /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g,
    (match: string, name: string | undefined) => {
      if (match === '$${') return '${';
      if (name === undefined) {
        problems.push(
          'holds "${" that begins no reference; write ${NAME}, or $${ for the characters themselves',
        );
        return '';
      }
      variables.push(name);
      const value = env[name];
      // An empty variable is nearly always one that a deployment failed to fill.
      if (value === undefined) problems.push(`refers to the environment variable ${name}, which is not set`);
      else if (value === '') problems.push(`refers to the environment variable ${name}, which is empty`);
      return value ?? '';
    },
  );
  return { text: problems.length === 0 ? text : undefined, problems: [...new Set(problems)], variables };
}
