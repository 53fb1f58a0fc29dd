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

const scopeOf = (one: Scope["one"]): Scope => ({
  one,
  many: `${one}s`,
  type: capitalised(one),
  path: `/v1/${one}s/:${one}`
})

/** What each list belongs to; `undefined` where there is one list. */
export const of = ({ scopes }: Choices): Scope | undefined =>
  scopes === "none" ? undefined : scopeOf(scopes === "regions" ? "region" : "project")

/** The regions of the invented vendor. */
const regions = ["eu", "us"] as const

/** The addresses of the vendor's servers, one for each region. */
export const originsOf = ({ name }: Pick<Options, "name">): ReadonlyArray<string> =>
  regions.map((region) => `https://${region}.api.${name.id}.example`)

/** The scopes that a reader of the settings sees first. */
export const sampleOf = ({ scopes }: Choices): string => (scopes === "regions" ? "eu" : "web")

/** Whether the settings name the scopes. */
export const isNamed = ({ scopes }: Choices): boolean => scopes === "static" || scopes === "regions"

/** The schema of the setting that names the scopes. */
export const settingOf = ({ scopes }: Choices): string =>
  scopes === "regions"
    ? "/** The regions to read. */\nregions: Schema.NonEmptyArray(Api.Region)"
    : "/** The ids of the projects to read. */\nprojects: Schema.NonEmptyArray(Schema.String)"

/** The schema of a scope. */
export const schemaOf = ({ scopes }: Choices): string => (scopes === "regions" ? "Api.Region" : "Schema.String")
