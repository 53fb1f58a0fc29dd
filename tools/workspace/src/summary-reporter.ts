import type { Reporter, SerializedError, TestModule } from "vitest/node"

/** Ends the run with one plain line that other programs can read. A run in which no test passed is a failed run. */
export default class SummaryReporter implements Reporter {
  #line = ""

  onInit(): void {
    // Other reporters still write after the run's end, so this writes its line at the exit.
    process.once("exit", () => process.stdout.write(this.#line))
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<SerializedError>): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state]++
      if (!module.ok() && module.children.size === 0) count.failed++
    }
    if (count.passed === 0) process.exitCode = 1
    this.#line = `\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`
  }
}
