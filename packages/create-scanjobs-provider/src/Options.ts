/**
 * The choices that shape a generated provider.
 *
 * **Example** (the choices of a provider with a cursor)
 *
 * ```ts run
 * import { Options } from "create-scanjobs-provider"
 *
 * console.log(Options.parse({ paging: "cursor" }))
 * // {
 * //   paging: 'cursor',
 * //   place: 'query',
 * //   start: 'default',
 * //   rows: 'whole',
 * //   parts: 'one',
 * //   format: 'json',
 * //   auth: 'bearer',
 * //   scopes: 'none',
 * //   schedules: 'none'
 * // }
 * console.log(Options.isOpen("start", "cursor")) // false
 * console.log(Options.choiceNames.every((name) => name in Options.choices)) // true
 * console.log(Options.combinations().length > 100) // true
 * ```
 */
import type * as Name from "./Name.ts"

/**
 * A choice, with the meaning of each of its values.
 *
 * @since 0.1.0
 * @category models
 */
export interface Choice<Value extends string> {
  readonly question: string
  /** The default. */
  readonly usual: NoInfer<Value>
  readonly values: Readonly<Record<Value, string>>
}

const choice = <Value extends string>(
  question: string,
  usual: NoInfer<Value>,
  values: Readonly<Record<Value, string>>
): Choice<Value> => ({ question, usual, values })

/**
 * All choices, by the names of their options.
 *
 * @since 0.1.0
 * @category accessors
 */
export const choices = {
  paging: choice("How does the vendor split lists into pages?", "offset", {
    offset: "a row offset and a limit",
    page: "a page number",
    "page-flag": "a page number; each answer says whether there are more",
    cursor: "a token in each answer, sent back for the next page",
    "next-link": "a link to the next page in each answer's body",
    "link-header": "a Link header (RFC 8288)",
    keyset: "the id of the last row; the next page starts after it",
    single: "no paging: everything in one answer"
  }),
  place: choice("Where does a request name its page?", "query", {
    query: "in the URL's query",
    body: "in the JSON body of a POST"
  }),
  start: choice("At which number does the vendor start to count?", "default", {
    // No digit: some prompts choose the first value whose text has what the user types.
    default: "as usual: rows from zero, pages from one",
    "0": "at 0",
    "1": "at 1"
  }),
  rows: choice("Do pages have the rows, or only their ids?", "whole", {
    whole: "the rows",
    ids: "only ids; another request gives the rows for some of them"
  }),
  parts: choice("Are all runs in one list?", "one", {
    one: "yes, in one list",
    several: "no, those under way are in a list of their own"
  }),
  format: choice("In which form does the vendor answer?", "json", {
    json: "JSON",
    xml: "XML"
  }),
  auth: choice("How do requests authenticate?", "bearer", {
    bearer: "a fixed bearer token",
    "api-key-header": "an API key in a header",
    "api-key-query": "an API key in the URL's query",
    basic: "a user name and a password (HTTP Basic)",
    "composite-header": "two keys in one header",
    oauth: "OAuth 2.0 client credentials",
    hmac: "a signature of each request (HMAC)"
  }),
  scopes: choice("Is there one list, or one for each project?", "none", {
    none: "one list",
    static: "one for each project named in the settings",
    parents: "one for each project that the vendor lists",
    regions: "one for each region, on a server of its own",
    "region-parents": "one for each project that the server of each region lists"
  }),
  schedules: choice("Does the vendor list schedules, too?", "none", {
    none: "no",
    rules: "yes, each with a rule of iCalendar"
  })
} as const

/**
 * The name of a choice.
 *
 * @since 0.1.0
 * @category models
 */
export type ChoiceName = keyof typeof choices

/**
 * A value for every choice.
 *
 * @since 0.1.0
 * @category models
 */
export type Choices = { readonly [Key in ChoiceName]: keyof (typeof choices)[Key]["values"] }

/**
 * Everything that a generated provider depends on.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Choices {
  readonly name: Name.Name
  /** The package of the provider; its tests import it by this name. */
  readonly packageName: string
}

/**
 * The names of the choices.
 *
 * @since 0.1.0
 * @category accessors
 */
export const choiceNames: ReadonlyArray<ChoiceName> = [
  "paging",
  "place",
  "start",
  "rows",
  "parts",
  "format",
  "auth",
  "scopes",
  "schedules"
]

/** The paging styles that a choice goes with; a choice that is not here goes with all. */
const matters: { readonly [Key in ChoiceName]?: ReadonlyArray<Choices["paging"]> } = {
  place: ["offset", "page", "page-flag", "cursor", "keyset"],
  start: ["offset", "page", "page-flag"],
  // The key of the last row is a part of a row.
  rows: ["offset", "page", "page-flag", "cursor", "next-link", "link-header", "single"]
}

/**
 * Whether there is a choice with this paging style.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isOpen = (name: ChoiceName, paging: string): boolean =>
  matters[name]?.some((style) => style === paging) ?? true

/**
 * Values as the user gave them, not validated.
 *
 * @since 0.1.0
 * @category models
 */
export type Given = { readonly [Key in ChoiceName]?: string | undefined }

/**
 * Validates values and adds the defaults, or returns what is wrong, one problem a line.
 *
 * @since 0.1.0
 * @category constructors
 */
export const parse = (given: Given): Choices | string => {
  const problems = choiceNames.flatMap((name) => problemWith(name, given))
  return problems.length === 0 ? complete(given) : problems.join("\n")
}

const problemWith = (name: ChoiceName, given: Given): ReadonlyArray<string> => {
  const value = given[name]
  if (value === undefined) return []
  const values = Object.keys(choices[name].values)
  if (!values.includes(value)) return [`--${name} must be one of ${values.join(", ")}; got ${JSON.stringify(value)}`]
  const paging = given.paging ?? choices.paging.usual
  return isOpen(name, paging) || value === choices[name].usual
    ? []
    : [`--${name} ${value} does not go with --paging ${paging}: leave it out`]
}

/** `problemWith` has found every given value among those of its choice, which the type does not say. */
const complete = (given: Given) =>
  Object.fromEntries(choiceNames.map((name) => [name, given[name] ?? choices[name].usual])) as Choices

/**
 * Every combination of values that gives a different provider, once each.
 *
 * @since 0.1.0
 * @category accessors
 */
export const combinations = (): ReadonlyArray<Choices> => {
  let all: ReadonlyArray<Given> = [{}]
  for (const name of choiceNames) {
    const isOpenFor = ({ paging = choices.paging.usual }: Given) => isOpen(name, paging)
    all = all.flatMap((given) =>
      (isOpenFor(given) ? valuesOf(name) : [choices[name].usual]).map((value) =>
        Object.assign({}, given, { [name]: value })
      )
    )
  }
  return all.map(complete)
}

/** The distinct values of a choice: `default` of `start` equals one of the two others. */
const valuesOf = (name: ChoiceName): ReadonlyArray<string> =>
  Object.keys(choices[name].values).filter((value) => name !== "start" || value !== "default")
