import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Tests import `downhill` as a user does, and get its sources, so that no build can be stale. */
const conditions = ["downhill-source", "node", "import", "module", "default"];

/** Files that open a browser, which has processes of its own; what they see depends on how soon it answers. */
const inBrowser = [
  "packages/{downhill,studio}/test/{app,browser,views}/**/*.test.ts",
  "packages/cli/test/page/browser.test.ts",
  "test/browser.test.ts",
];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    setupFiles: ["test/quiet.ts"],
    // Tests run side by side as it is; those of threads ask for them.
    env: { DOWNHILL_THREADS: "1" },
    restoreMocks: true,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
          exclude: inBrowser,
          maxWorkers: availableParallelism(),
        },
      },
      {
        extends: true,
        // One after the other, when the rest is done.
        test: { name: "browser", include: inBrowser, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
