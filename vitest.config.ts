import { defineConfig } from "vitest/config";

/** Tests import `downhill` as a user does, and get its sources, so that no build can be stale. */
const conditions = ["downhill-source", "node", "import", "module", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    setupFiles: ["test/quiet.ts"],
    // Tests run side by side as it is; those of threads ask for them.
    env: { DOWNHILL_THREADS: "1" },
    restoreMocks: true,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
