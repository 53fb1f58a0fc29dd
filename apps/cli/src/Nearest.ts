/**
 * Finds what a misspelt word was probably meant to be.
 */

/** The number of letters to insert, delete or replace to make one word of the other. */
const distance = (from: string, to: string): number => {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[to.length] ?? 0
}

/** The word that is closest to the given one, ignoring case, or `undefined` where none is close enough to be meant. */
export const find = (given: string, words: ReadonlyArray<string>): string | undefined => {
  const typed = given.toLowerCase()
  const ranked = words
    .map((word) => ({
      word,
      apart: typed !== "" && word.toLowerCase().startsWith(typed) ? 1 : distance(typed, word.toLowerCase())
    }))
    .toSorted((a, b) => a.apart - b.apart)
  const [best] = ranked
  return best !== undefined && best.apart <= Math.max(1, Math.floor(given.length / 3)) ? best.word : undefined
}

/** Such as ` (did you mean "failed"?)`, or nothing. */
export const hint = (given: string, words: ReadonlyArray<string>): string => {
  const nearest = find(given, words)
  return nearest === undefined ? "" : ` (did you mean ${JSON.stringify(nearest)}?)`
}

/** The first few words, quoted, and how many more there are. */
export const some = (words: ReadonlyArray<string>, most = 10): string => {
  const shown = words
    .slice(0, most)
    .map((word) => JSON.stringify(word))
    .join(", ")
  return words.length <= most ? shown || "none" : `${shown} and ${words.length - most} more`
}
