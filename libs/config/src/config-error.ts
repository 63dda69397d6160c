/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /**
   * The variable (`PORT`) or the place in the YAML file with its line when known:
   * `chargelog.yaml:7: sources[1].brokers[0]`.
   */
  readonly where: string;
  /** What is wrong and what to do. Never quotes a value, because a secret may stand in the wrong place. */
  readonly why: string;
}

/** `EX_CONFIG` of sysexits.h: something was found in an unconfigured or misconfigured state. */
export const EX_CONFIG = 78;

/** The configuration cannot be used. Carries every problem found, not only the first; the message lists them all. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** The process ends with this code. */
  readonly exitCode = EX_CONFIG;
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super(
      [`the configuration cannot be used (${count}):`, ...problems.map((p) => `  ${p.where}: ${p.why}`)].join(
        '\n',
      ),
    );
    this.problems = Object.freeze(problems.map((p) => Object.freeze({ ...p })));
  }
}
