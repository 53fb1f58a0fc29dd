/**
 * The nouns that a listing can have, and what each must be. Plain JavaScript may give others, which nothing would read, or leave out
 * or mistake what it needs, which would show only when the listing is read.
 */
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"
import * as NearestName from "./NearestName.ts"

/** What a noun must be: what is right, and what to give otherwise. */
interface Rule {
  readonly isRight: (value: unknown) => boolean
  readonly give: string
  readonly isRequired?: boolean
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null
const isFlag = (value: unknown) => typeof value === "boolean"
const isEndless = (value: unknown): boolean => isFlag(value) || value === "rows"
const isSize = (value: unknown) => typeof value === "number" && Number.isInteger(value) && value >= 1
const isText = (value: unknown) => typeof value === "string" && value !== ""

/** Whether it has what a format needs. */
export const isFormat = (value: unknown): boolean =>
  isObject(value) &&
  ["parse", "render"].every((name) => typeof Reflect.get(value, name) === "function") &&
  ["name", "contentType", "openers"].every((name) => isText(Reflect.get(value, name)))

const rules: { readonly [noun: string]: Rule } = {
  row: {
    isRight: Schema.isSchema,
    give: "the schema of one vendor row, such as `Schema.Struct({ id: Schema.String })`",
    isRequired: true
  },
  endpoint: {
    // An endpoint that is made already is a function, too.
    isRight: (value) => typeof value === "function" && !HttpApiEndpoint.isHttpApiEndpoint(value),
    give: "a function from the row's schema to the endpoint, such as `(row) => HttpApiEndpoint.get(…)`",
    isRequired: true
  },
  scope: { isRight: Schema.isSchema, give: "the schema of what the listing is read once for, such as `Schema.String`" },
  details: {
    isRight: (value) => isObject(value) && "endpoint" in value && "size" in value && isSize(value.size),
    give: "the endpoint of the rows and how many ids it takes, such as `{ endpoint: (row) => HttpApiEndpoint.get(…), size: 100 }`"
  },
  part: { isRight: Schema.isSchema, give: "the schema of what tells the parts apart, such as `Schema.Boolean`" },
  parents: { isRight: isObject, give: "a listing made by `Listing.make`" },
  lookup: { isRight: HttpApiEndpoint.isHttpApiEndpoint, give: "an endpoint, such as `HttpApiEndpoint.get(…)`" },
  endless: { isRight: isEndless, give: 'true, false or "rows"' },
  holds: { isRight: isObject, give: 'lists, such as `{ kinds: ["run"] }`' },
  series: { isRight: isText, give: "a text, the same in each listing of these runs" },
  format: { isRight: isFormat, give: "a format, such as `Format.xml()`" },
  quotas: { isRight: Array.isArray, give: 'a list, such as `[{ requests: 60, window: "1 minute" }]`' },
  approximateTotal: { isRight: isFlag, give: "true or false" }
}

/** The names of the nouns of a listing. */
export const names: ReadonlyArray<string> = Object.keys(rules)

/** Calls `fail` for a noun that is unknown, missing or of a wrong type, with what to do. */
export const check = (nouns: object, fail: (what: string) => never): void => {
  const given = new Map(Object.entries(nouns).filter(([, value]) => value !== undefined))
  for (const noun of given.keys()) {
    if (names.includes(noun)) continue
    fail(
      `there is no noun \`${noun}\`, so it would be ignored. ${NearestName.question(noun, names)}It may be one of ${names.join(", ")}`
    )
  }
  for (const [noun, { give, isRequired = false, isRight }] of Object.entries(rules)) {
    if (given.has(noun) ? !isRight(given.get(noun)) : isRequired) {
      const what = given.has(noun) ? `is ${described(given.get(noun))}` : "is missing"
      fail(`the noun \`${noun}\` ${what}: give ${give}`)
    }
  }
}

/** What a value is, in a few words. */
export const described = (value: unknown): string => {
  if (HttpApiEndpoint.isHttpApiEndpoint(value)) return "an endpoint"
  if (Schema.isSchema(value)) return "a schema"
  if (Array.isArray(value)) return "a list"
  if (typeof value === "function") return "a function"
  return isObject(value) ? "an object" : (JSON.stringify(value) ?? String(value))
}
