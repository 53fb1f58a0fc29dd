/**
 * The pages of the emulator, as AIP-158 has them: tokens that are good for equal parameters only, empty and short pages, and lists that are absent
 * where they are empty.
 */
import { Option, Result, Schema } from "effect"
import { Base64Url } from "effect/encoding"
import * as EmulatedNumbers from "./EmulatedNumbers.ts"
import type { Row } from "./SyntheticScans.ts"

/**
 * Behaviour that the services show.
 *
 * @since 0.3.0
 * @category models
 */
export interface Quirks {
  /** How the last page says that it is the last. */
  readonly end: "absent" | "empty"
  /** How many empty pages, each with a new token, come before each page with rows. */
  readonly emptyPages: number
  /** How many rows a page has at most, whatever was asked for. */
  readonly shortPages: number
}

/** What is asked, and how many rows a page of the list has at most, and without a size. */
export interface Asked {
  readonly query: {
    readonly pageSize?: number
    readonly pageToken?: string
    readonly $alt?: string
    readonly [name: string]: unknown
  }
  /** The member that has the rows. */
  readonly list: string
  readonly most: number
  readonly usual: number
}

/** A token holds the place, the empty pages before it, and the parameters that it is good for; it needs to be encoded in a query. */
const tokenOf = (place: number, empties: number, parameters: string): string =>
  `+/=${Base64Url.encode(JSON.stringify([place, empties, parameters]))}`

const readToken = (token: string): readonly [place: number, empties: number, parameters: string] | undefined => {
  const text = Base64Url.decodeString(token.slice(3))
  return !token.startsWith("+/=") || Result.isFailure(text)
    ? undefined
    : Option.getOrUndefined(decodeToken(text.success))
}

const decodeToken = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Tuple([Schema.Int, Schema.Int, Schema.String]))
)

/** The members that say which page comes next. */
const nextOf = (next: string | null, end: Quirks["end"]) =>
  next !== null ? { nextPageToken: next } : end === "absent" ? {} : { nextPageToken: "" }

/** Makes the function that gives a page, or says what is wrong with the request. */
export const make =
  ({ emptyPages = 0, end = "absent", shortPages = Infinity }: Partial<Quirks> = {}) =>
  (rows: ReadonlyArray<Row>, { list, most, query, usual }: Asked): Result.Result<object, string> => {
    const { $alt, pageSize = usual, pageToken, ...others } = query
    const parameters = JSON.stringify({ ...others, pageSize })
    const read = pageToken === undefined || pageToken === "" ? ([0, 0, parameters] as const) : readToken(pageToken)
    if (read === undefined) return Result.fail("the page token was not made here")
    const [place, empties, before] = read
    if (before !== parameters) return Result.fail("the page token is good for other parameters")
    if (empties < emptyPages) return Result.succeed(nextOf(tokenOf(place, empties + 1, parameters), end))
    const next = place + Math.min(pageSize, most, shortPages)
    const page = rows.slice(place, next)
    const shown = $alt?.includes("enum-encoding=int") === true ? page.map(EmulatedNumbers.of) : page
    return Result.succeed({
      ...(shown.length === 0 ? {} : { [list]: shown }),
      ...nextOf(next < rows.length ? tokenOf(next, 0, parameters) : null, end)
    })
  }
