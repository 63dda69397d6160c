import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigProblem } from './config-error.js';
import type { GatewayConfig } from './gateway-config.js';
import { secretKeysProblem } from './secret-keys.js';
import { Secret } from './secret.js';
import { readTextFile } from './text-file.js';

const MIN_ADMIN_KEY_LENGTH = 32;
const READABLE_BY_ALL = 0o004;

export function readAdminKey(
  named: string | undefined,
  cwd: string,
  problems: ConfigProblem[],
): Secret | undefined {
  if (named === undefined) return undefined;
  const report = (why: string): void => void problems.push({ where: 'CHARGELOG_ADMIN_KEY_FILE', why });
  const key = readPrivateFile(named, cwd, report)?.trim();
  if (key === undefined) return undefined;
  if (key.length < MIN_ADMIN_KEY_LENGTH) {
    report(
      `names ${named}, whose key is shorter than ${MIN_ADMIN_KEY_LENGTH} characters; make one with: openssl rand -hex 32`,
    );
  } else if (!/^[\x21-\x7e]+$/.test(key)) {
    report(
      `names ${named}, whose key holds white space or characters beyond ASCII and cannot be sent as a bearer token`,
    );
  }
  return new Secret(key);
}

/** The file is read again at each rotation, so its path is kept rather than its content. */
export function readSecretsKeys(
  named: string | undefined,
  keys: string | undefined,
  cwd: string,
  problems: ConfigProblem[],
): GatewayConfig['secretsKeys'] {
  const report = (why: string): void => void problems.push({ where: 'CHARGELOG_SECRETS_KEY_FILE', why });
  if (named === undefined)
    return keys === undefined ? undefined : { from: 'environment', keys: new Secret(keys) };
  if (keys !== undefined) report('is set beside CHARGELOG_SECRETS_KEY; unset one of the two');
  const text = readPrivateFile(named, cwd, report);
  const why = text === undefined ? undefined : secretKeysProblem(text);
  if (why !== undefined) report(`names ${named}: ${why}`);
  return { from: 'file', path: resolve(cwd, named) };
}

/** Its text, even where the mode is reported: whatever else is wrong is to be named at once. */
function readPrivateFile(named: string, cwd: string, report: (why: string) => void): string | undefined {
  const file = readTextFile(resolve(cwd, named));
  if (file.outcome !== 'read') {
    report(
      file.outcome === 'missing'
        ? `names ${named}, which does not exist`
        : `names ${named}, which ${file.why}`,
    );
    return undefined;
  }
  // Windows has no such mode bits; Node reports every file there as readable by all.
  if (process.platform !== 'win32' && (file.mode & READABLE_BY_ALL) !== 0) {
    report(
      `names ${named}, which every user of this machine can read; run chmod 600 on it (Kubernetes: defaultMode 0400)`,
    );
  }
  return file.text;
}

export function readFolder(
  variable: string,
  named: string | undefined,
  cwd: string,
  problems: ConfigProblem[],
): string | undefined {
  if (named === undefined) return undefined;
  const path = resolve(cwd, named);
  if (!isFolder(path))
    problems.push({ where: variable, why: `names ${named}, which is no folder that can be read` });
  return path;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
