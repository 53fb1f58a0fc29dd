/**
 * The part of a test runner that suites use, so that a provider's package brings none to those who use it.
 */

/** Vitest's `describe` and `it` fit, also those of `@effect/vitest`. */
export interface TestRunner {
  readonly describe: (title: string, body: () => void) => unknown
  /** The body may end its test as skipped; a test may take so many milliseconds. */
  readonly it: (
    title: string,
    body: (test: { readonly skip: (condition: boolean, note?: string) => void }) => Promise<void>,
    milliseconds: number
  ) => unknown
}
