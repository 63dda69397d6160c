import { ConfigError, loadConfig, type GatewayConfig } from '@chargelog/config';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Contents of files by path relative to the folder; `mode` defaults to 0600. */
export type Files = Readonly<
  Record<string, string | { readonly content: string | Buffer; readonly mode: number }>
>;

export interface Situation {
  readonly env?: NodeJS.ProcessEnv;
  readonly files?: Files;
  /** Content of chargelog.yaml. */
  readonly yaml?: string;
}

/** Runs `use` in a temporary folder with these files and removes it afterwards. */
export function inFolder<T>({ files = {}, yaml }: Situation, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'chargelog-config-'));
  try {
    const all: Files = yaml === undefined ? files : { ...files, 'chargelog.yaml': yaml };
    for (const [name, file] of Object.entries(all)) {
      const { content, mode } = typeof file === 'string' ? { content: file, mode: 0o600 } : file;
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content, { mode });
    }
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function load(situation: Situation): GatewayConfig {
  return inFolder(situation, (cwd) => loadConfig(situation.env ?? {}, { cwd }));
}

export function failure(situation: Situation): ConfigError {
  try {
    load(situation);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

/** The problems as the message lists them. */
export function problems(situation: Situation): string[] {
  return failure(situation).problems.map(({ where, why }) => `${where}: ${why}`);
}
