/**
 * The source files of a provider.
 */
import { emulatorOf } from "./EmulatorSource.ts"
import * as Envelope from "./Envelope.ts"
import type { Options } from "./Options.ts"
import * as PagingStyle from "./PagingStyle.ts"
import { providerOf } from "./ProviderSource.ts"
import * as ScopeStyle from "./ScopeStyle.ts"
import { signatureCheckOf, signatureOf } from "./SignatureSource.ts"
import { syntheticOf } from "./SyntheticSource.ts"
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
  ...(options.auth === "hmac"
    ? { "src/Signature.ts": signatureOf(options), "src/SignatureCheck.ts": signatureCheckOf(options) }
    : {}),
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

/** The endpoints that give the rows for some ids. */
const detailsOf = (options: Options, path: string, method: string): string => {
  const scope = ScopeStyle.of(options)
  return text`

    /** The most ids of one request. */
    export const maxIds = 20

    /** The runs with these ids. */
    export const runs = <Row extends Schema.Constraint>(row: Row) =>
      HttpApiEndpoint.${method}("runs", "${path}/details", {
        ${only(scope !== undefined, `params: ${paramsOf(options)},`)}
        ${PagingStyle.partOf(options)}: ${options.place === "query" ? "{ ids: Schema.Array(Schema.String) }" : "Schema.Struct({ ids: Schema.Array(Schema.String) })"},
        success: ${Envelope.schemaOf(options, "runs", "row")}
      })`
}

const paramsOf = (options: Options): string =>
  ScopeStyle.isBoth(options)
    ? "{ region: Region, project: Schema.String }"
    : `{ ${ScopeStyle.of(options)?.one}: ${ScopeStyle.schemaOf(options).replace("Api.", "")} }`

/** One row of a listing, as a class or a value. */
const rowsOf = (options: Options): string => text`
  const Text = ${options.format === "xml" ? "Schema.optionalKey(Schema.String)" : "Schema.optionalKey(Schema.NullOr(Schema.String))"}

  /** One run. Fields that are not declared here are still kept in \`raw\`. */
  export class Run extends Schema.Opaque<Run>()(
    Schema.Struct({
      id: Schema.String,
      name: Text,
      /** Any text, because vendors add states. */
      status: Schema.String,
      /** ISO 8601. */
      startedAt: Text,
      /** ${options.format === "xml" ? "Empty" : "Null"} until the run has ended. */
      finishedAt: Text
    })
  ) {}
  ${only(
    options.schedules === "rules",
    text`

      /** One schedule. */
      export class Schedule extends Schema.Opaque<Schedule>()(
        Schema.Struct({
          id: Schema.String,
          name: Text,
          /** Local time of the first run, such as \`20260105T020000\`. */
          start: Schema.String,
          /** A rule of iCalendar (RFC 5545), such as \`FREQ=WEEKLY;BYDAY=MO\`. */
          rule: Schema.String,
          /** A time zone of the IANA, such as \`Europe/Zurich\`. */
          zone: Schema.String
        })
      ) {}`
  )}
  ${only(
    ScopeStyle.isFound(options),
    text`

      /** One project. */
      export const Project = Schema.Struct({ id: Schema.String, name: Text })`
  )}
  ${only(
    ScopeStyle.isRegional(options),
    text`

      /** The regions of the vendor. */
      export const Region = Schema.Literals(["eu", "us"])`
  )}
  ${only(
    ScopeStyle.isBoth(options),
    text`

      /** The region of \`eu\`, and of \`eu/web\`, which is a project of it. */
      export const regionOf = (scope: string | null): typeof Region.Type =>
        Schema.decodeUnknownSync(Region)(scope?.split("/", 1)[0])

      /** The path parameters of a project, such as \`eu/web\`. */
      export const paramsOf = (scope: string) => ({
        region: regionOf(scope),
        project: scope.slice(scope.indexOf("/") + 1)
      })`
  )}`

const api = (options: Options): string => {
  const { format, name, place, rows, schedules } = options
  const { fields, isPaged, success } = PagingStyle.piecesOf(options)
  const part = PagingStyle.partOf(options)
  const scope = ScopeStyle.of(options)
  const hasFields = fields !== ""
  const ofScope = only(scope !== undefined, ` of a ${scope?.one}`)
  const path = `${scope?.path ?? "/v1"}/runs`
  const method = place === "body" ? "post" : "get"
  const endpoint = rows === "ids" ? "runIds" : "runs"
  const generic = rows === "ids" ? "" : "<Row extends Schema.Constraint>"
  return text`
    /**
     * The endpoints of ${name.title} that scan jobs come from, as its documentation gives them.
     */
    ${only(format === "xml", 'import { Format } from "@scanjobs/core"')}
    import { Schema } from "effect"
    import { HttpApiEndpoint } from "effect/http-api"
    ${only(
      format === "xml",
      text`

        /** The form of the answers, with the elements that are lists. */
        export const format = Format.xml({
          lists: ${Envelope.listsOf(options)}
        })`
    )}

    ${rowsOf(options)}
    ${only(
      isPaged,
      text`

        /** The most rows of a page. */
        export const maxPageSize = 100

        /** The size of a page. */
        export const PageSize = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: maxPageSize }))`
    )}
    ${only(
      hasFields,
      text`

        /** The part of a request that says what is asked for. */
        export const ${capitalised(part)} = Schema.Struct({
          ${fields}
        })`
    )}

    /** The ${only(rows === "ids", "ids of the ")}runs${ofScope}${only(isPaged, ", a page at a time")}. */
    export const ${endpoint} = ${generic}(${rows === "ids" ? "" : "row: Row"}) =>
      HttpApiEndpoint.${method}("${endpoint}", "${path}${only(rows === "ids", "/ids")}${only(place === "body", "/search")}", {
        ${only(scope !== undefined, `params: ${paramsOf(options)},`)}
        ${only(hasFields, `${part}: ${capitalised(part)},`)}
        success: ${success}
      })
    ${only(rows === "ids", detailsOf(options, path, method))}
    ${only(
      ScopeStyle.isFound(options),
      text`

        /** The projects${only(ScopeStyle.isBoth(options), " of a region")}. */
        export const projects = <Row extends Schema.Constraint>(row: Row) =>
          HttpApiEndpoint.get("projects", "${ScopeStyle.pathOfProjects(options)}", {
            ${only(ScopeStyle.isBoth(options), "params: { region: Region },")}
            success: ${Envelope.schemaOf(options, "projects", "row")}
          })`
    )}
    ${only(
      schedules === "rules",
      text`

        /** The schedules${ofScope}. */
        export const schedules = <Row extends Schema.Constraint>(row: Row) =>
          HttpApiEndpoint.get("schedules", "${scope?.path ?? "/v1"}/schedules", {
            ${only(scope !== undefined, `params: ${paramsOf(options)},`)}
            success: ${Envelope.schemaOf(options, "schedules", "row")}
          })`
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
