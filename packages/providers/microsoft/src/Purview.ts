/**
 * Microsoft Purview Data Map: the runs of scans, and what their triggers plan.
 */
import { Listing, Paging, Provider, type Reason, Time } from "@scanjobs/core"
import { Schema } from "effect"
import { HttpApiSecurity } from "effect/http-api"
import * as Api from "./Api.ts"
import * as Entra from "./Entra.ts"
import * as Errors from "./Errors.ts"
import { nameOf, ScanPath, textOf } from "./ScanPath.ts"
import * as Schedule from "./Schedule.ts"
import * as State from "./State.ts"

const categories = ["data"] as const
const version = { "api-version": "2023-09-01" } as const

/** The data sources of the account. */
export const sources = Listing.make({ row: Api.DataSource, endpoint: Api.dataSources })

/** The scans of a data source. */
export const scans = Listing.make({ row: Api.Scan, endpoint: Api.scans, scope: Schema.String, parents: sources })

interface Page<Row> {
  readonly value: ReadonlyArray<Row>
  readonly nextLink?: string | null
}

const rows = <Row>({ value }: Page<Row>): ReadonlyArray<Row> => value
const link = ({ nextLink }: Page<unknown>) => nextLink

const isAbsent = ({ status }: Reason.Refusal): boolean => status === 404

/** The verbs with which both listings find the scans. */
const scansOfSources = {
  parents: {
    paging: Paging.nextLink<object, typeof sources>({ request: () => ({ query: version }), link }),
    rows: rows<Api.DataSource>,
    child: ({ name }: Api.DataSource) => name
  },
  paging: Paging.nextLink<object, typeof scans>({
    request: ({ scope }) => ({ params: { source: scope }, query: version }),
    link
  }),
  rows: rows<Api.Scan>,
  skips: (reason: Reason.Refusal) => (isAbsent(reason) ? "the data source was deleted meanwhile" : undefined),
  child: ({ name }: Api.Scan, { scope }: { readonly scope: string }) => ({ source: scope, scan: name })
}

/**
 * The Purview provider, with the listings `runs` and `planned` (the trigger of each scan, and its planned runs). Both are read for every scan of
 * every data source of the account.
 *
 * Purview lists runs in no order that it documents, and cannot leave out older ones: a query with `from` reads them all.
 *
 * **Example** (the runs that failed in the last seven days)
 *
 * ```ts
 * import { Purview } from "@scanjobs/microsoft"
 * import { Redacted } from "effect"
 *
 * const connection = {
 *   provider: "purview",
 *   name: "data-map",
 *   account: "contoso",
 *   tenantId: "contoso.onmicrosoft.com",
 *   clientId: "…",
 *   clientSecret: Redacted.make("…")
 * } as const
 *
 * export const failed = Purview.jobs(connection, { from: "-7 days", states: ["failed"] }, { listings: ["runs"] })
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const Purview = Provider.make("purview", {
  connection: {
    ...Entra.settings,
    /** The name of the Purview account. Instead, `baseUrl` can be given. */
    account: Schema.optionalKey(
      Schema.String.check(
        Schema.isPattern(/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/, { expected: "the name of a Purview account" })
      )
    )
  },
  security: HttpApiSecurity.bearer,
  listings: {
    runs: Listing.make({
      row: Api.Run,
      endpoint: Api.runs,
      scope: ScanPath,
      parents: scans,
      holds: { kinds: ["run"], categories }
    }),
    planned: Listing.make({
      row: Api.Trigger,
      endpoint: Api.trigger,
      scope: ScanPath,
      parents: scans,
      endless: true,
      holds: { kinds: ["definition", "occurrence"], states: ["scheduled", "paused", "unknown"], categories }
    })
  }
})({
  baseUrl: ({ account }) => `https://${account}.purview.azure.com/scan`,
  credential: (connection) => Entra.credential(connection, "https://purview.azure.net/.default"),
  quotaOf: Entra.quotaOf,
  rules: (has) => [
    ...Entra.rules(has),
    ...(has("account") || has("baseUrl") ? [] : [{ key: "account", message: "missing key; give account, or baseUrl" }])
  ],
  rejection: Errors.ofService,
  hint: ({ _tag }) => {
    if (_tag === "Forbidden") {
      return "give the app registration the role Data Source Administrator, or Data Reader, on the collections in Purview"
    }
    return _tag === "Unauthorized" ? "check tenantId, cloud and tokenScope, which say for whom the token is" : undefined
  },
  listings: {
    runs: {
      parents: scansOfSources,
      paging: Paging.nextLink({ request: ({ scope }) => ({ params: scope, query: version }), link }),
      rows,
      skips: (reason) => (isAbsent(reason) ? "the scan was deleted meanwhile" : undefined),
      job: (run, { scope }) => ({
        vendorId: run.id,
        kind: "run",
        definitionId: textOf(scope),
        name: nameOf(scope),
        category: "data",
        state: State.ofRun(run),
        vendorState: run.status ?? null,
        detail: State.detailOf(run),
        startTime: Time.fromIso(run.startTime),
        finishTime: Time.fromIso(run.endTime)
      })
    },
    planned: {
      parents: scansOfSources,
      paging: Paging.single({ request: ({ scope }) => ({ params: scope, query: version }) }),
      rows: (trigger) => [trigger],
      skips: (reason) => (isAbsent(reason) ? "the scan has no trigger, or was deleted meanwhile" : undefined),
      job: (trigger, { scope, span }) => Schedule.ofTrigger(trigger, scope, span)
    }
  }
})
