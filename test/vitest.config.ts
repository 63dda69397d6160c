import { defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;

/**
 * unit: no I/O. int: adapters against a real Postgres (one cluster per run, one database per file) and a real Kafka.
 * e2e: the built gateway as a process of its own, seen only from outside. faults: the same under load, kills and outages.
 */
export default defineConfig({
  root,
  resolve: { tsconfigPaths: true },
  test: {
    reporters: ['default', './test/closing-line.reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'apps/**/src/**/*.spec.ts',
            'libs/**/*.spec.ts',
            'migrations/**/*.spec.ts',
            'test/unit/**/*.spec.ts',
          ],
          maxWorkers: '100%', // by default one core is left free
          sequence: { groupOrder: 1 }, // projects with other numbers of workers cannot share a group
          isolate: false, // no file changes what another sees, and loading the framework anew for each doubles the time
          testTimeout: 60_000, // against a hang; properties take seconds on a busy machine
        },
      },
      {
        extends: true,
        test: {
          name: 'int',
          include: ['{apps,libs,migrations}/**/*.int-spec.ts', 'test/{conformance,support}/**/*.int-spec.ts'],
          globalSetup: ['./test/postgres.setup.ts', './test/kafka.setup.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/{e2e,regression}/**/*.e2e-spec.ts'],
          exclude: ['test/e2e/*-fuzz.e2e-spec.ts'],
          globalSetup: ['./test/postgres.setup.ts', './test/kafka.setup.ts'],
          maxWorkers: 2, // gateways of their own, on free ports, with databases or folders of their own
          sequence: { groupOrder: 3 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/**/*.e2e-spec.ts', 'test/e2e/*-fuzz.e2e-spec.ts'],
          globalSetup: ['./test/postgres.setup.ts', './test/kafka.setup.ts'],
          sequence: { groupOrder: 4 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false, // load and latency are what they look at
        },
      },
    ],
  },
});
