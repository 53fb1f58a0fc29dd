import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

const conditions = ["@scanjobs/source"]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["{packages,apps,tools}/*/test/**/*.test.ts", "packages/providers/*/test/**/*.test.ts"],
    // Loading Effect anew for each file makes the whole run ten times longer.
    isolate: false,
    // Many tests wait for a program that they have started, so that there is work for one process more than there are processors.
    maxWorkers: availableParallelism() + 1,
    passWithNoTests: false,
    // Nothing is timed: this only ends what hangs, also on a machine with ten times as much to do as it has processors.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ["default", "./tools/workspace/src/summary-reporter.ts"]
  }
})
