/**
 * Checks the options of a page strategy at runtime, because a plugin may be plain JavaScript: a misspelt option would be ignored, and
 * a missing one would show only when a page is read.
 */
import * as NearestName from "../contract/NearestName.ts"

/** The names of the options that a strategy takes. */
export interface Names {
  readonly required: ReadonlyArray<string>
  readonly optional?: ReadonlyArray<string>
}

/** Throws for options that are missing, that nothing reads, or of which only one can hold. `strategy` is its name, for the message. */
export const check = (strategy: string, options: object, { optional = [], required }: Names): void => {
  const fail = (what: string): never => {
    throw new Error(`${strategy}: ${what}`)
  }
  const given = new Map(Object.entries(options).filter(([, value]) => value !== undefined))
  const missing = required.find((name) => !given.has(name))
  if (missing !== undefined) fail(`the option \`${missing}\` is missing`)
  const known = [...required, ...optional]
  const unknown = [...given.keys()].find((name) => !known.includes(name))
  if (unknown !== undefined) {
    fail(
      `there is no option \`${unknown}\`, so it would be ignored. ${NearestName.question(unknown, known)}It may be one of ${known.join(", ")}`
    )
  }
  const ways = ["more", "pages", "end"].filter((name) => given.has(name))
  if (ways.length > 1) {
    fail(
      `\`${ways[1]}\` and \`${ways[0]}\` are two ways to recognise the last page: give \`${ways[0]}\` where the answer tells, or else \`${ways[1]}\``
    )
  }
  for (const [name, value] of given) {
    const isData = ["size", "start", "end", "length", "emptyPages", "deepest", "rows"].includes(name)
    if (!isData && typeof value !== "function") fail(`the option \`${name}\` is not a function`)
  }
}
