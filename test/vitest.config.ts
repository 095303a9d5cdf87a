import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

/** These load next to nothing of the engine: what they test runs in processes of its own. */
const acceptance = ['test/acceptance/**/*.test.ts'];

const shared = {
  root: new URL('..', import.meta.url).pathname,
  pool: 'forks',
  // Nothing is measured by these: they are long enough for a machine that has ten times as much to do as it can.
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 90_000 } },
} as const;

export default defineConfig({
  test: {
    root: shared.root,
    globalSetup: ['test/support/ensure-servers.ts'],
    // Many tests wait for processes of their own: two at a time even where the machine has no core to spare.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Vitest starts with the project whose name comes first: the files that take longest should not come last.
    projects: [
      {
        test: {
          ...shared,
          name: 'acceptance',
          include: acceptance,
          globalSetup: ['test/support/bundle-program.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'in-process',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...acceptance],
          // A worker keeps what it has loaded from file to file: to load the engine anew for each of 250 files takes
          // longer than most of them run. What a module counts begins anew with each file.
          isolate: false,
          setupFiles: ['test/support/before-each-file.ts'],
        },
      },
    ],
  },
});
