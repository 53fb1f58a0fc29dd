/**
 * What can be chosen for a provider.
 */
import type * as Name from "./Name.ts"

/** Something to choose, with what each choice means. */
export interface Choice<Value extends string> {
  readonly question: string
  /** What is taken where nobody says otherwise. */
  readonly usual: NoInfer<Value>
  readonly values: Readonly<Record<Value, string>>
}

const choice = <Value extends string>(
  question: string,
  usual: NoInfer<Value>,
  values: Readonly<Record<Value, string>>
): Choice<Value> => ({ question, usual, values })

/** All that can be chosen, by the names of the options. */
export const choices = {
  paging: choice("How does the vendor page its lists?", "offset", {
    offset: "an offset of rows and a limit",
    page: "a page number",
    cursor: "a token in each answer, sent back for the next page",
    "next-link": "a link to the next page in each answer's body",
    "link-header": "a Link header (RFC 8288)",
    keyset: "what comes after the last row's id",
    single: "everything is on one page"
  }),
  place: choice("Where do requests say which page they want?", "query", {
    query: "in the address",
    body: "in a JSON body that is posted"
  }),
  start: choice("From which number does the vendor count?", "default", {
    default: "rows from 0, pages from 1",
    "0": "from 0",
    "1": "from 1"
  }),
  auth: choice("How do requests prove who asks?", "bearer", {
    bearer: "a token that stays, as a bearer",
    "api-key-header": "an API key in a header",
    "api-key-query": "an API key in the address",
    basic: "a user name and a password (HTTP Basic)",
    "composite-header": "two keys in one header",
    oauth: "OAuth 2.0 client credentials"
  }),
  scopes: choice("Is there one list, or one for each of several things?", "none", {
    none: "one list",
    static: "one for each project that the settings name",
    parents: "one for each project that the vendor lists"
  })
} as const

/** The names of what can be chosen. */
export type ChoiceName = keyof typeof choices

/** One choice of each. */
export type Choices = { readonly [Key in ChoiceName]: keyof (typeof choices)[Key]["values"] }

/** What a provider is made of. */
export interface Options extends Choices {
  readonly name: Name.Name
  /** The package that it is in, by whose name its tests import it. */
  readonly packageName: string
}

/** The names of the choices. */
export const choiceNames: ReadonlyArray<ChoiceName> = ["paging", "place", "start", "auth", "scopes"]

/** The styles of paging for which a choice makes a difference. */
const matters: { readonly [Key in ChoiceName]?: ReadonlyArray<Choices["paging"]> } = {
  place: ["offset", "page", "cursor", "keyset"],
  start: ["offset", "page"]
}

/** Whether a choice makes a difference with this style of paging. */
export const isOpen = (name: ChoiceName, paging: string): boolean =>
  matters[name]?.some((style) => style === paging) ?? true

/** Choices as they were given, none of them checked. */
export type Given = { readonly [Key in ChoiceName]?: string | undefined }

/** Checks choices and adds the defaults, or says what is wrong with them. */
export const parse = (given: Given): Choices | string => {
  const problems = choiceNames.flatMap((name) => problemWith(name, given))
  return problems.length === 0 ? complete(given) : problems.join("\n")
}

const problemWith = (name: ChoiceName, given: Given): ReadonlyArray<string> => {
  const value = given[name]
  if (value === undefined) return []
  const values = Object.keys(choices[name].values)
  if (!values.includes(value)) return [`--${name} must be one of ${values.join(", ")}, and is ${JSON.stringify(value)}`]
  const paging = given.paging ?? choices.paging.usual
  return isOpen(name, paging) || value === choices[name].usual
    ? []
    : [`--${name} ${value} makes no difference with --paging ${paging}: leave it out`]
}

/** Every choice that is given was found among its values. */
const complete = (given: Given) =>
  Object.fromEntries(choiceNames.map((name) => [name, given[name] ?? choices[name].usual])) as Choices

/** Every combination of choices that differ, once each. */
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

/** The values of a choice that differ from each other: the default of where to count from is one of the two others. */
const valuesOf = (name: ChoiceName): ReadonlyArray<string> =>
  Object.keys(choices[name].values).filter((value) => name !== "start" || value !== "default")
