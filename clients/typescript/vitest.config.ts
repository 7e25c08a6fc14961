import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "test/service/setup.ts",
    // A stall is a fault; a slow machine is not.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    maxWorkers: 2,
  },
});
