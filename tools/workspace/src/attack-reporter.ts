import type { Reporter, SerializedError, TestModule } from "vitest/node"

/**
 * Ends a run of the hostile suite with how many attacks were tried and how many of them succeeded. Each test is one attack. A run in
 * which none was tried is a failed run.
 */
export default class AttackReporter implements Reporter {
  #line = ""

  onInit(): void {
    // Other reporters still write after the run's end, so this writes its line at the exit.
    process.once("exit", () => process.stdout.write(this.#line))
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<SerializedError>): void {
    let tried = 0
    let succeeded = unhandled.length
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === "passed" || state === "failed") tried++
        if (state === "failed") succeeded++
      }
      if (!module.ok() && module.children.size === 0) succeeded++
    }
    if (tried === 0 || succeeded > 0) process.exitCode = 1
    this.#line = `\n${tried} attacks tried, ${succeeded} succeeded\n`
  }
}
