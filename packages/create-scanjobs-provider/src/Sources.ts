/**
 * The source files of a provider.
 */
import { emulatorOf, syntheticOf } from "./EmulatorSource.ts"
import type { Options } from "./Options.ts"
import * as PagingStyle from "./PagingStyle.ts"
import { providerOf } from "./ProviderSource.ts"
import { capitalised, only, text } from "./Text.ts"

/**
 * Files by their paths.
 *
 * @since 0.1.0
 * @category models
 */
export type Files = Readonly<Record<string, string>>

/**
 * All files below `src`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const sourcesOf = (options: Options): Files => ({
  "src/Api.ts": api(options),
  [`src/${options.name.pascal}.ts`]: providerOf(options),
  "src/Emulator.ts": emulatorOf(options),
  "src/Errors.ts": errors(options),
  "src/State.ts": state(options),
  "src/SyntheticRuns.ts": syntheticOf(options),
  "src/index.ts": text`
    /**
     * ${options.name.title} as a provider of scan jobs.
     */
    export * as Api from "./Api.ts"
    export { ${options.name.pascal} } from "./${options.name.pascal}.ts"
    `
})

const api = (options: Options): string => {
  const { name, place, scopes } = options
  const { fields, success } = PagingStyle.piecesOf(options)
  const part = PagingStyle.partOf(options)
  const isPaged = fields !== ""
  const isScoped = scopes !== "none"
  const path = `${isScoped ? "/v1/projects/:project/runs" : "/v1/runs"}${place === "body" ? "/search" : ""}`
  const method = place === "body" ? "post" : "get"
  return text`
    /**
     * The endpoints of ${name.title} that scan jobs come from, as its documentation gives them.
     */
    import { Schema } from "effect"
    import { HttpApiEndpoint } from "effect/http-api"

    const Text = Schema.optionalKey(Schema.NullOr(Schema.String))

    /** One run. Fields that are not declared here are still kept in \`raw\`. */
    export class Run extends Schema.Opaque<Run>()(
      Schema.Struct({
        id: Schema.String,
        name: Text,
        /** Any text, because vendors add states. */
        status: Schema.String,
        /** ISO 8601. */
        startedAt: Text,
        /** Null until the run has ended. */
        finishedAt: Text
      })
    ) {}
    ${only(
      scopes === "parents",
      text`

        /** One project. */
        export const Project = Schema.Struct({ id: Schema.String, name: Text })`
    )}
    ${only(
      isPaged,
      text`

        /** The most rows of a page. */
        export const maxPageSize = 100

        /** The size of a page. */
        export const PageSize = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: maxPageSize }))

        /** The part of a request that names its page. */
        export const ${capitalised(part)} = Schema.Struct({
          ${fields}
        })`
    )}

    /** The runs${only(isScoped, " of a project")}${only(isPaged, ", a page at a time")}. */
    export const runs = <Row extends Schema.Constraint>(row: Row) =>
      HttpApiEndpoint.${method}("runs", "${path}", {
        ${only(isScoped, "params: { project: Schema.String },")}
        ${only(isPaged, `${part}: ${capitalised(part)},`)}
        success: ${success}
      })
    ${only(
      scopes === "parents",
      text`

        /** The projects. */
        export const projects = <Row extends Schema.Constraint>(row: Row) =>
          HttpApiEndpoint.get("projects", "/v1/projects", { success: Schema.Struct({ projects: Schema.Array(row) }) })`
    )}
    `
}

const errors = ({ name }: Options): string => text`
  /**
   * How ${name.title} reports errors.
   */
  import { Rejection } from "@scanjobs/core"
  import { Schema } from "effect"

  /** The body of an error, whatever its status. */
  const Refusal = Schema.Struct({ error: Schema.Struct({ code: Schema.String, message: Schema.String }) })

  /** Finds the error in an answer, also in one with status 200. */
  export const reader: Rejection.Reader = Rejection.fromSchema(Refusal, ({ error }) => error)
  `

const state = ({ name }: Options): string => text`
  /**
   * ${name.title}'s states.
   */
  import type { ScanJob } from "@scanjobs/core"

  /** The states that the vendor documents, in lower case. */
  const states: ReadonlyMap<string, ScanJob.State> = new Map([
    ["scheduled", "scheduled"],
    ["queued", "queued"],
    ["running", "running"],
    ["paused", "paused"],
    ["completed", "succeeded"],
    ["partial", "partially_succeeded"],
    ["failed", "failed"],
    ["canceled", "cancelled"],
    ["skipped", "skipped"]
  ])

  /** The state of a run; \`unknown\` for a state that the vendor does not document. */
  export const of = (status: string): ScanJob.State => states.get(status.toLowerCase()) ?? "unknown"
  `
