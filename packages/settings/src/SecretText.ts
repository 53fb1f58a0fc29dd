/**
 * Removes what copying, shells and editors leave around a secret, and finds what no request can carry.
 */
import { Result } from "effect"

const surrounding = /^[\s\p{Cf}\p{Cc}]$/u
const control = /\p{Cc}/u
const invisible = /[\p{Cf}\p{Zl}\p{Zp}]/u
const beyondAscii = /[^\p{ASCII}]/u

/** The most characters of a secret: far more than any vendor's, and more than a header carries. */
const longest = 65_536

/**
 * The secret without white space, line ends, byte order marks and other invisible characters around it; or what is wrong with it.
 *
 * A header carries only printable ASCII. HTTP Basic encodes its password, so `allowsUnicode` admits other letters there.
 */
export const clean = (
  given: string,
  { allowsUnicode }: { readonly allowsUnicode: boolean }
): Result.Result<string, string> => {
  if (given.length > longest) return Result.fail(`is longer than ${longest} characters`)
  const secret = trimmed(given)
  if (secret === "") return Result.fail("is empty")
  const found = control.exec(secret) ?? invisible.exec(secret) ?? (allowsUnicode ? null : beyondAscii.exec(secret))
  return found === null
    ? Result.succeed(secret)
    : Result.fail(
        `holds ${nameOf(found[0])} at character ${found.index + 1}; expected the secret as the vendor shows it, in printable ASCII`
      )
}

/** A regular expression for the end of a text tries each place in it, which takes long for a text of much white space. */
const trimmed = (given: string): string => {
  const characters = [...given]
  return characters.slice(characters.findIndex(isOwn), characters.findLastIndex(isOwn) + 1).join("")
}

const isOwn = (character: string): boolean => !surrounding.test(character)

const nameOf = (character: string): string => {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`
  return /[\r\n]/.test(character) ? `a line break (${code})` : code
}
