/**
 * Remembers the result for the last text, where the same text usually repeats at once.
 */

/** Calls the function only for a text that differs from the one before. */
export const of = <A>(make: (text: string) => A): ((text: string) => A) => {
  let last: { readonly text: string; readonly made: A } | undefined
  return (text) => (last?.text === text ? last : (last = { text, made: make(text) })).made
}
