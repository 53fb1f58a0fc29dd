/**
 * The nouns that a listing can have. Plain JavaScript may give others, which nothing would read.
 */
import * as NearestName from "./NearestName.ts"

/** The names of the nouns of a listing. */
export const names: ReadonlyArray<string> = [
  "row",
  "endpoint",
  "scope",
  "parents",
  "lookup",
  "endless",
  "holds",
  "series",
  "approximateTotal"
]

/** Throws for a noun that would be ignored, with what it may be meant to be. */
export const check = (nouns: object): void => {
  const unknown = Object.keys(nouns).find((noun) => !names.includes(noun))
  if (unknown === undefined) return
  throw new Error(
    `Listing.make: there is no noun \`${unknown}\`, so it would be ignored. ${NearestName.question(unknown, names)}It may be one of ${names.join(", ")}`
  )
}
