import { defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;

/** What looks at load and latency has the machine for itself. */
const ALONE = [
  'test/faults/{feed-under-load,hung-writer,overload,postgres-away,untidy-world}.e2e-spec.ts',
  'test/e2e/*-fuzz.e2e-spec.ts',
];

/**
 * unit: no I/O. int: adapters against a real Postgres (one cluster per run, one database per file) and a real Kafka.
 * e2e: the built gateway as a process of its own, seen only from outside. load: the same, alone on the machine.
 */
export default defineConfig({
  root,
  resolve: { tsconfigPaths: true },
  test: {
    isolate: false, // no file changes what another sees, and loading the framework anew for each takes a minute in all
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
          include: ['test/{e2e,faults}/**/*.e2e-spec.ts'],
          exclude: ALONE,
          globalSetup: ['./test/postgres.setup.ts', './test/kafka.setup.ts'],
          maxWorkers: 3, // they wait more than they work; gateways of their own, on free ports, with databases or folders of their own
          sequence: { groupOrder: 3 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'load',
          include: ALONE,
          globalSetup: ['./test/postgres.setup.ts', './test/kafka.setup.ts'],
          sequence: { groupOrder: 4 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
