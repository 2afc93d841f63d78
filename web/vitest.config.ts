import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: { pool: "vmThreads", environment: "happy-dom", include: ["test/**/*.test.{ts,tsx}"] },
});
