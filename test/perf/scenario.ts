export interface ScenarioOptions {
  /** Shorter runs: good enough to see whether the design is in place, not to publish a figure. */
  readonly quick: boolean;
  readonly print: (line: string) => void;
}

export interface ScenarioResult {
  /** Both sides of each were taken in this run. */
  readonly ratios: Readonly<Record<string, number>>;
  readonly targets: Readonly<Record<string, number>>;
  /** Absolute figures of this machine at this moment; an illustration. */
  readonly figures: Readonly<Record<string, unknown>>;
}

export interface Scenario {
  readonly name: string;
  readonly describe: string;
  run(options: ScenarioOptions): Promise<ScenarioResult>;
}
