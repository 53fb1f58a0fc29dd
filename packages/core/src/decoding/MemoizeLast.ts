/**
 * Remembers what was last made of a text, where the same text usually comes again at once.
 */

/** The function, which is asked only for a text other than that before. */
export const of = <A>(make: (text: string) => A): ((text: string) => A) => {
  let last: { readonly text: string; readonly made: A } | undefined
  return (text) => (last?.text === text ? last : (last = { text, made: make(text) })).made
}
