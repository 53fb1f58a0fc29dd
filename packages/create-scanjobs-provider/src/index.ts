/**
 * The files of a new provider, for the command `create-scanjobs-provider` and for other generators.
 *
 * **Example** (the files of a provider)
 *
 * ```ts
 * import { Name, Options, StandAlone, readmeOf, sourcesOf, testsOf } from "create-scanjobs-provider"
 *
 * const name = Name.parse("acme")
 * const choices = Options.parse({})
 *
 * export const files = () => {
 *   if (typeof name === "string" || typeof choices === "string") throw new Error(`${name} ${choices}`)
 *   const options = { ...choices, name, packageName: "@acme/scanjobs-acme" }
 *   const own = { ...sourcesOf(options), ...testsOf(options), "README.md": readmeOf(options, "## Work on it") }
 *   return { own, package: StandAlone.filesOf(options) }
 * }
 * ```
 */
export * as Command from "./Command.ts"
export * as Name from "./Name.ts"
export * as Options from "./Options.ts"
export { readmeOf } from "./Readme.ts"
export { type Files, sourcesOf } from "./Sources.ts"
export * as StandAlone from "./StandAlone.ts"
export { testsOf } from "./Tests.ts"
