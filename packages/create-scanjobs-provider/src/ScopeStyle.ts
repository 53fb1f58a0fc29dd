/**
 * The words and parts of a provider that depend on what its lists are apart for.
 */
import type { Choices, Options } from "./Options.ts"
import { capitalised } from "./Text.ts"

/** What each list belongs to. */
export interface Scope {
  /** Such as `project`: the parameter of requests. */
  readonly one: "project" | "region"
  /** Such as `projects`: the setting, where there is one, and the emulator's option. */
  readonly many: "projects" | "regions"
  /** Such as `Project`: the type of the emulator's data. */
  readonly type: string
  /** The beginning of the paths. */
  readonly path: string
}

const scopeOf = (one: Scope["one"], path = `/v1/${one}s/:${one}`): Scope => ({
  one,
  many: `${one}s`,
  type: capitalised(one),
  path
})

/** The beginning of the paths of a region. */
const ofRegion = "/v1/regions/:region"

/** What each list belongs to; `undefined` where there is one list. */
export const of = ({ scopes }: Choices): Scope | undefined => {
  if (scopes === "none") return undefined
  if (scopes === "regions") return scopeOf("region")
  return scopes === "region-parents" ? scopeOf("project", `${ofRegion}/projects/:project`) : scopeOf("project")
}

/** Whether the vendor lists the projects. */
export const isFound = ({ scopes }: Choices): boolean => scopes === "parents" || scopes === "region-parents"

/** Whether each region has a server of its own. */
export const isRegional = ({ scopes }: Choices): boolean => scopes === "regions" || scopes === "region-parents"

/** Whether the vendor lists the projects of each region. */
export const isBoth = ({ scopes }: Choices): boolean => scopes === "region-parents"

/** The address of the list of projects. */
export const pathOfProjects = (options: Choices): string => `${isBoth(options) ? ofRegion : "/v1"}/projects`

/** The regions of the invented vendor. */
const regions = ["eu", "us"] as const

/** The addresses of the vendor's servers, one for each region. */
export const originsOf = ({ name }: Pick<Options, "name">): ReadonlyArray<string> =>
  regions.map((region) => `https://${region}.api.${name.id}.example`)

/** The id of the project or region that a reader sees first. */
export const sampleOf = ({ scopes }: Choices): string => (scopes === "regions" ? "eu" : "web")

/** The setting that names what is read, with the value that a reader sees first; `undefined` where there is none. */
export const namedBy = (
  options: Choices
): { readonly setting: "projects" | "regions"; readonly sample: string } | undefined => {
  if (isRegional(options)) return { setting: "regions", sample: "eu" }
  return options.scopes === "static" ? { setting: "projects", sample: "web" } : undefined
}

/** The schema of that setting. */
export const settingOf = (options: Choices): string =>
  isRegional(options)
    ? "/** The regions to read. */\nregions: Schema.NonEmptyArray(Api.Region)"
    : "/** The ids of the projects to read. */\nprojects: Schema.NonEmptyArray(Schema.String)"

/** The schema of a scope. */
export const schemaOf = ({ scopes }: Choices): string => (scopes === "regions" ? "Api.Region" : "Schema.String")

/** The path parameters of a request for a scope. */
export const paramsOf = (options: Choices): string =>
  isBoth(options) ? "Api.paramsOf(scope)" : `{ ${of(options)?.one}: scope }`
