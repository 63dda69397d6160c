import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Pinned: the version the suites are known to pass against. Raising it is a change like any other. */
export const KAFKA_VERSION = '4.1.1';
const SLF4J_SIMPLE_VERSION = '1.7.36';

/** Major version of the `java` on the path (or under JAVA_HOME), undefined when there is none. */
export async function findJava(
  env: NodeJS.ProcessEnv,
): Promise<{ command: string; major: number } | undefined> {
  const home = env['JAVA_HOME'];
  for (const command of home === undefined ? ['java'] : [join(home, 'bin', 'java'), 'java']) {
    try {
      // The version goes to stderr: `openjdk version "17.0.15" 2025-04-15`.
      const { stderr } = await run(command, ['-version'], { env });
      const major = /version "(\d+)/.exec(stderr)?.[1];
      if (major !== undefined) return { command, major: Number(major) };
    } catch {
      // Not installed here; the next candidate may be.
    }
  }
  return undefined;
}

/** Where fetched jars are kept: the user's cache folder, so that one fetch serves every checkout. */
export function jarCacheFolder(env: NodeJS.ProcessEnv): string {
  const cache =
    process.platform === 'win32'
      ? (env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Caches')
        : (env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'));
  return join(cache, 'chargelog', `kafka-${KAFKA_VERSION}`);
}

/** Whether a folder holds a broker: the server's jar is there. */
export async function holdsKafka(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.some((name) => /^kafka_2\.\d+-.*\.jar$/.test(name));
}

/**
 * Fetches the jars of the pinned version with Maven. They arrive in a folder beside the target that is renamed when
 * complete: an interrupted fetch is never taken for a whole one, and of two at the same time the first wins.
 *
 * @throws when Maven is not installed or cannot reach its repository.
 */
export async function fetchJars(target: string, env: NodeJS.ProcessEnv): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const work = await mkdtemp(`${target}.fetching-`);
  try {
    const pom = join(work, 'pom.xml');
    const jars = join(work, 'jars');
    await writeFile(pom, POM);
    const args = ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime'];
    await run('mvn', [...args, `-DoutputDirectory=${jars}`], { env, timeout: 300_000, maxBuffer: 16 << 20 });
    if (!(await holdsKafka(jars))) throw new Error(`Maven ended without the Kafka jars in ${jars}`);
    await rename(jars, target).catch(async (error: unknown) => {
      if (!(await holdsKafka(target))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

// slf4j-simple writes the broker's log to stderr; without a binding slf4j would swallow it.
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>kafka-libs</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>${SLF4J_SIMPLE_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;
