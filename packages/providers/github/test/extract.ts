/**
 * Takes the operations that the provider asks for, and everything that they refer to, out of GitHub's OpenAPI description.
 * The whole, in the npm package `@octokit/openapi`, is 400 MB unpacked, too much to install with everything else.
 *
 * Usage: `node extract.ts FOLDER`, where FOLDER holds the package; it writes `fixtures/openapi.json`.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const paths = [
  "/repos/{owner}/{repo}/code-scanning/analyses",
  "/repos/{owner}/{repo}/secret-scanning/scan-history",
  "/orgs/{org}/repos"
]

type Json = null | boolean | number | string | ReadonlyArray<Json> | Fields
interface Fields {
  readonly [key: string]: Json
}

const read = (file: string): Json => JSON.parse(readFileSync(file, "utf8"))

const isFields = (json: Json | undefined): json is Fields =>
  typeof json === "object" && json !== null && !Array.isArray(json)

const fieldsOf = (json: Json | undefined): Fields => (isFields(json) ? json : {})

/** What stands at these keys, one within the other. */
const at = (whole: Json, keys: ReadonlyArray<string>): Json => {
  const found = keys.reduce<Json | undefined>((part, key) => fieldsOf(part)[key], whole)
  if (found === undefined) throw new Error(`the description has nothing at ${keys.join(" ")}`)
  return found
}

const referencesIn = (json: Json): ReadonlyArray<string> => {
  if (Array.isArray(json)) return json.flatMap(referencesIn)
  const { $ref: own, ...others } = fieldsOf(json)
  return [...(typeof own === "string" ? [own] : []), ...Object.values(others).flatMap(referencesIn)]
}

const [, , folder = "."] = process.argv
const { name = null, version = null } = fieldsOf(read(join(folder, "package.json")))
const whole = read(join(folder, "generated/api.github.com.json"))
const operations = Object.fromEntries(paths.map((path) => [path, { get: at(whole, ["paths", path, "get"]) }]))

const components: { [kind: string]: { [name: string]: Json } } = {}
const waiting = [...referencesIn(operations)]
for (let reference = waiting.pop(); reference !== undefined; reference = waiting.pop()) {
  const [, , kind = "", key = ""] = reference.split("/")
  const known = (components[kind] ??= {})
  if (key in known) continue
  known[key] = at(whole, ["components", kind, key])
  waiting.push(...referencesIn(known[key]))
}

const sorted = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)))
const extract = {
  source: { name, version },
  openapi: at(whole, ["openapi"]),
  paths: operations,
  components: sorted(Object.fromEntries(Object.entries(components).map(([kind, named]) => [kind, sorted(named)])))
}
writeFileSync(join(import.meta.dirname, "fixtures/openapi.json"), `${JSON.stringify(extract, null, 1)}\n`)
