/**
 * "Did you mean …?" for a misspelt word.
 */

/**
 * The end of a sentence that names the nearest candidate, such as ` (did you mean "github"?)`, or an empty text if none is near.
 *
 * **Example** (a misspelt provider)
 *
 * ```ts
 * import { Suggestion } from "@scanjobs/settings"
 *
 * export const message = `there is no provider "githb"${Suggestion.of("githb", ["github", "tenable"])}`
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const of = (given: string, candidates: Iterable<string>): string => {
  if (given.length > longest) return ""
  let nearest: string | undefined
  let least = Math.max(1, Math.floor(given.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = distanceOf(given.toLowerCase(), candidate.toLowerCase())
    if (distance < least) {
      nearest = candidate
      least = distance
    }
  }
  return nearest === undefined ? "" : ` (did you mean ${JSON.stringify(nearest)}?)`
}

/** The most letters of a word that may be misspelt; the time grows with them. */
const longest = 100

/** How many letters to insert, delete, replace or swap with their neighbour (Damerau and Levenshtein). */
const distanceOf = (a: string, b: string): number => {
  let beforeLast: Array<number> = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1]
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (beforeLast[column - 2] ?? Infinity) + 1 : Infinity
      )
    }
    beforeLast = last
    last = current
  }
  return last[b.length] ?? 0
}
