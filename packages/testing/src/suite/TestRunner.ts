/**
 * The part of a test runner that suites use, so that this package depends on none.
 */

/**
 * The functions that the suites call. `describe` and `it` of Vitest fit, and so do those of `@effect/vitest`.
 *
 * @since 0.1.0
 * @category models
 */
export interface TestRunner {
  readonly describe: (title: string, body: () => void) => unknown
  /** `skip` ends the test as skipped. `milliseconds` is the test's timeout. */
  readonly it: (
    title: string,
    body: (test: { readonly skip: (condition: boolean, note?: string) => void }) => Promise<void>,
    milliseconds: number
  ) => unknown
}
