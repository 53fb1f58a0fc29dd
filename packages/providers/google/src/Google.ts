/**
 * Google Cloud: jobs and triggers of Sensitive Data Protection, runs of Web Security Scanner, and data scans of Dataplex.
 */
import { Connection, Listing, Paging, Provider, ScanJob, Time } from "@scanjobs/core"
import { Redacted, Schema } from "effect"
import { HttpApiSecurity } from "effect/http-api"
import * as Api from "./Api.ts"
import * as EnvironmentKey from "./EnvironmentKey.ts"
import * as Errors from "./Errors.ts"
import * as Parents from "./Parents.ts"
import * as Place from "./Place.ts"
import * as Schedule from "./Schedule.ts"
import * as ServiceAccount from "./ServiceAccount.ts"
import * as State from "./State.ts"

/** The service that has a listing. */
const services: { readonly [listing: string]: string } = {
  dlpJobs: "dlp",
  dlpTriggers: "dlp",
  webScans: "websecurityscanner",
  webSchedules: "websecurityscanner",
  dataScans: "dataplex",
  dataSchedules: "dataplex"
}

/** How all lists are paged. A page may be empty and have a token. */
const byToken = {
  token: ({ body }: { readonly body: { readonly nextPageToken?: string | null } }) => body.nextPageToken,
  emptyPages: true
}

const ofSchedules = (category: "data" | "web") =>
  ({
    endless: "rows",
    holds: { kinds: ["definition", "occurrence"], states: ["scheduled", "unknown"], categories: [category] }
  }) as const

/**
 * The Google Cloud provider. `dlpJobs` (inspections and risk analyses) and `dlpTriggers`, with the runs that they plan, are read for each of `locations`,
 * and so are `dataScans` (the jobs of data scans) and `dataSchedules` (data scans that run by a schedule, with their planned runs). `webScans` and
 * `webSchedules` are the same for Web Security Scanner, which knows no locations.
 *
 * A service that is switched off in the project is a note, and the others are read.
 *
 * **Example** (the scans that failed in a project)
 *
 * ```ts
 * import { Google } from "@scanjobs/google"
 * import { Redacted } from "effect"
 *
 * declare const keyFile: string
 *
 * export const failed = Google.jobs(
 *   {
 *     provider: "google",
 *     name: "main",
 *     serviceAccountKey: Redacted.make(keyFile),
 *     project: "acme-prod",
 *     locations: ["global", "europe-west1"]
 *   },
 *   { states: ["failed"] }
 * )
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const Google = Provider.make("google", {
  connection: {
    /** The content of the key file that the console gives, as JSON. */
    serviceAccountKey: Schema.optionalKey(Connection.file(Schema.Redacted(ServiceAccount.Text))),
    /** In place of the key file: the one that `GOOGLE_APPLICATION_CREDENTIALS` names, as for Google's own tools. */
    credentials: Schema.optionalKey(Connection.tuning(Connection.Environment)),
    /** `selfSigned`, the default, sends tokens that the key signs; `exchanged` fetches them from Google's token server. */
    tokens: Schema.optionalKey(Connection.tuning(ServiceAccount.Tokens)),
    /** The id of the project. */
    project: Place.Name,
    /** Where jobs of Sensitive Data Protection and data scans run: `global`, or regions. */
    locations: Schema.NonEmptyArray(Place.Location),
    /** The numbers of organizations, whose own jobs and triggers of Sensitive Data Protection are read, too. */
    organizations: Schema.optionalKey(Schema.NonEmptyArray(Place.Name)),
    /** The project that requests are counted for, where it is another one. */
    quotaProject: Schema.optionalKey(Connection.tuning(Place.Name)),
    /** The zone of data scans' cron expressions that name none. Google does not document it. */
    timeZone: Schema.optionalKey(Schema.NonEmptyString),
    /** Rows of a page. Default 1000; the services may give fewer. */
    pageSize: Schema.optionalKey(Connection.tuning(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))))
  },
  security: HttpApiSecurity.bearer,
  quotas: [{ requests: 600, window: "1 minute" }],
  listings: {
    dlpJobs: Listing.make({
      row: Api.DlpJob,
      endpoint: Api.dlpJobs,
      scope: Schema.String,
      part: Api.DlpJobType,
      holds: { kinds: ["run"], categories: ["data"] }
    }),
    dlpTriggers: Listing.make({
      row: Api.JobTrigger,
      endpoint: Api.jobTriggers,
      scope: Schema.String,
      endless: "rows",
      holds: { kinds: ["definition", "occurrence"], categories: ["data"] }
    }),
    webScans: Listing.make({
      row: Api.ScanRun,
      endpoint: Api.scanRuns,
      scope: Schema.String,
      parents: Parents.scanConfigs,
      holds: { kinds: ["run"], categories: ["web"] }
    }),
    webSchedules: Listing.make({
      row: Api.ScanConfig,
      endpoint: Api.scanConfigs,
      ...ofSchedules("web")
    }),
    dataScans: Listing.make({
      row: Api.DataScanJob,
      endpoint: Api.dataScanJobs,
      scope: Schema.String,
      parents: Parents.dataScans,
      holds: { kinds: ["run"], categories: ["data"] }
    }),
    dataSchedules: Listing.make({
      row: Api.DataScan,
      endpoint: Api.dataScans,
      scope: Schema.String,
      ...ofSchedules("data")
    })
  }
})({
  baseUrl: (_, { listing }) => `https://${services[listing] ?? ""}.googleapis.com`,
  rules: (has) => {
    if (has("credentials") !== has("serviceAccountKey")) return []
    const message = has("credentials")
      ? "give either serviceAccountKey or credentials"
      : 'missing key; give it, or "credentials": "environment"'
    return [{ key: "serviceAccountKey", message }]
  },
  credential: ({ serviceAccountKey, tokens = "selfSigned" }) =>
    serviceAccountKey === undefined
      ? EnvironmentKey.credential(tokens)
      : ServiceAccount.credential(serviceAccountKey, { setting: "serviceAccountKey", tokens }),
  quotaOf: ({ project, quotaProject = project }) => Redacted.make(`project ${quotaProject}`),
  headers: ({ quotaProject }) => (quotaProject === undefined ? {} : { "x-goog-user-project": quotaProject }),
  rejection: Errors.reader,
  hint: Errors.hint,
  listings: {
    dlpJobs: {
      scopes: Place.all,
      skips: Errors.skips,
      // A job is of one type for good, so that the order of the parts does not matter.
      parts: () => Api.DlpJobType.literals,
      paging: Paging.cursor({
        request: ({ connection, part, scope }, token) => ({
          params: Place.ofOwner(scope, connection),
          query: { ...pageOf(connection, token), type: part }
        }),
        ...byToken
      }),
      rows: ({ jobs }) => jobs ?? [],
      job: (row, { scope }) => {
        const trigger = ScanJob.firstText(row.jobTriggerName)
        return {
          ...State.ofDlpJob(row),
          vendorId: Place.last(row.name),
          kind: "run",
          category: "data",
          definitionId: trigger === null ? null : Place.definition(scope, trigger),
          name: Place.last(trigger ?? row.name),
          detail: row.errors?.at(-1)?.details?.message ?? null,
          startTime: Time.fromIso(row.startTime),
          finishTime: Time.fromIso(row.endTime)
        }
      }
    },
    dlpTriggers: {
      scopes: Place.all,
      skips: Errors.skips,
      paging: Paging.cursor({
        request: ({ connection, scope }, token) => ({
          params: Place.ofOwner(scope, connection),
          query: pageOf(connection, token)
        }),
        ...byToken
      }),
      rows: ({ jobTriggers }) => jobTriggers ?? [],
      job: (row, { scope, span }) => Schedule.ofTrigger(row, { span, place: scope })
    },
    webScans: {
      parents: {
        skips: Errors.skips,
        paging: Paging.cursor({
          request: ({ connection }, token) => ({
            params: { project: connection.project },
            query: pageOf(connection, token)
          }),
          ...byToken
        }),
        rows: (body) => body.scanConfigs ?? [],
        child: ({ name }) => Place.last(name)
      },
      skips: Errors.skipsListed,
      paging: Paging.cursor({
        request: ({ connection, scope }, token) => ({
          params: { project: connection.project, config: scope },
          query: pageOf(connection, token)
        }),
        ...byToken
      }),
      rows: ({ scanRuns }) => scanRuns ?? [],
      job: (row, { parent, scope }) => ({
        ...State.ofScanRun(row),
        vendorId: Place.last(row.name),
        kind: "run",
        category: "web",
        definitionId: scope,
        name: parent?.displayName ?? null,
        detail: State.detailOfScanRun(row),
        ...(typeof row.progressPercent === "number" ? { progress: row.progressPercent } : {}),
        startTime: Time.fromIso(row.startTime),
        finishTime: Time.fromIso(row.endTime)
      })
    },
    webSchedules: {
      skips: Errors.skips,
      paging: Paging.cursor({
        request: ({ connection }, token) => ({
          params: { project: connection.project },
          query: pageOf(connection, token)
        }),
        ...byToken
      }),
      rows: (body) => body.scanConfigs ?? [],
      knownUntil: Schedule.knownUntil,
      job: (row, { span }) => Schedule.ofScanConfig(row, span)
    },
    dataScans: {
      parents: {
        scopes: Place.regions,
        skips: Errors.skips,
        paging: Paging.cursor({
          request: ({ connection, scope }, token) => ({
            params: { project: connection.project, location: scope },
            query: pageOf(connection, token)
          }),
          ...byToken
        }),
        rows: (body) => body.dataScans ?? [],
        gaps: (body) => body.unreachable ?? [],
        // One that runs once leaves no job.
        child: ({ executionSpec, name }, { scope }) =>
          (executionSpec?.trigger?.oneTime ?? null) === null ? Place.definition(scope, name) : undefined
      },
      skips: Errors.skipsListed,
      paging: Paging.cursor({
        request: ({ connection, scope }, token) => ({
          params: Place.ofDataScan(scope, connection),
          query: pageOf(connection, token)
        }),
        ...byToken
      }),
      rows: ({ dataScanJobs }) => dataScanJobs ?? [],
      job: (row, { parent, scope }) => ({
        ...State.ofDataScanJob(row.state),
        vendorId: Place.last(row.name),
        kind: "run",
        category: "data",
        definitionId: scope,
        name: ScanJob.firstText(parent?.displayName, Place.last(scope)),
        detail: ScanJob.firstText(row.partialFailureMessage, row.message),
        startTime: Time.fromIso(row.startTime),
        finishTime: Time.fromIso(row.endTime)
      })
    },
    dataSchedules: {
      scopes: Place.regions,
      skips: Errors.skips,
      paging: Paging.cursor({
        request: ({ connection, scope }, token) => ({
          params: { project: connection.project, location: scope },
          query: pageOf(connection, token)
        }),
        ...byToken
      }),
      rows: (body) => body.dataScans ?? [],
      gaps: (body) => body.unreachable ?? [],
      job: (row, { connection, scope, span }) =>
        Schedule.ofDataScan(row, { span, place: scope, zone: connection.timeZone })
    }
  }
})

/** All parameters but the token stay as they were on the first page. */
function pageOf({ pageSize = 1000 }: { readonly pageSize?: number }, token: string | undefined) {
  return { pageSize, ...(token === undefined ? {} : { pageToken: token }) }
}
