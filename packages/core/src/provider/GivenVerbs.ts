/**
 * Looks at nouns and verbs as a plugin gives them, which may be plain JavaScript.
 */
import * as NearestName from "../contract/NearestName.ts"

/** Refuses what is given, with what to do. */
export type Fail = (what: string) => never

export const failing =
  (where: string): Fail =>
  (what) => {
    throw new Error(`${where}: ${what}`)
  }

export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

/** Fails for a verb that is never called because its noun is missing. */
export const belongs = (verbs: object, verb: string, noun: string, fail: Fail): void => {
  if (valueOf(verbs, verb) !== undefined) {
    fail(`it has the verb \`${verb}\`, but no noun \`${noun}\`: give \`Listing.make\` the noun, or remove the verb`)
  }
}

/** Fails for a noun or verb that nothing reads. */
export const onlyKnown = (given: object, what: "noun" | "verb", known: ReadonlyArray<string>, fail: Fail): void => {
  for (const [key, value] of Object.entries(given)) {
    if (value !== undefined && !known.includes(key)) {
      fail(
        `there is no ${what} \`${key}\`, so it would be ignored. ${NearestName.question(key, known)}It may be one of ${known.join(", ")}`
      )
    }
  }
}

export const functions = (
  verbs: object,
  fail: Fail,
  required: ReadonlyArray<string>,
  optional: ReadonlyArray<string>
): void => {
  for (const verb of required) {
    if (valueOf(verbs, verb) === undefined) fail(`the verb \`${verb}\` is missing, and its nouns need it`)
  }
  for (const verb of [...required, ...optional]) {
    const value = valueOf(verbs, verb)
    if (value !== undefined && typeof value !== "function") fail(`the verb \`${verb}\` is not a function`)
  }
}

export const objectOf = (verbs: object, key: string, fail: Fail): object => {
  const value = valueOf(verbs, key)
  return isObject(value) ? value : fail(`\`${key}\` is missing from its verbs`)
}

export const valueOf = (given: object, key: string): unknown =>
  Object.entries(given).find(([name]) => name === key)?.[1]
