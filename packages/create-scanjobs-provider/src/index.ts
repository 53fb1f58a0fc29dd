/**
 * The files of a new provider, for the command `create-scanjobs-provider` and for other generators.
 */
export * as Command from "./Command.ts"
export * as Name from "./Name.ts"
export * as Options from "./Options.ts"
export { readmeOf } from "./Readme.ts"
export { type Files, sourcesOf } from "./Sources.ts"
export * as StandAlone from "./StandAlone.ts"
export { testsOf } from "./Tests.ts"
