/**
 * Microsoft Defender for Endpoint: the antivirus scans that were started on machines.
 */
import { Connection, Listing, Paging, Provider, type Query, Time } from "@scanjobs/core"
import { Schema } from "effect"
import { HttpApiSecurity } from "effect/http-api"
import * as Api from "./Api.ts"
import * as Entra from "./Entra.ts"
import * as Errors from "./Errors.ts"
import * as State from "./State.ts"

const antivirus = "RunAntiVirusScan"

/** The permission that the app registration needs. */
const permission = "Machine.Read.All"

/**
 * The Defender provider, with the listing `antivirusScans`: the actions that scan a machine, each with the time when it was created as its start.
 *
 * **Example** (the scans that failed in the last seven days, in the European service)
 *
 * ```ts
 * import { Defender } from "@scanjobs/microsoft"
 * import { Redacted } from "effect"
 *
 * const connection = {
 *   provider: "defender",
 *   name: "endpoints",
 *   geo: "eu",
 *   tenantId: "contoso.onmicrosoft.com",
 *   clientId: "…",
 *   clientSecret: Redacted.make("…")
 * } as const
 *
 * export const failed = Defender.jobs(connection, { from: "-7 days", states: ["failed"] })
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const Defender = Provider.make("defender", {
  connection: {
    ...Entra.settings,
    /** The service of a part of the world. Default: the one that knows where the tenant is. */
    geo: Schema.optionalKey(Schema.Literals(["us", "eu", "uk", "au", "swa", "ina"])),
    /** Rows of a page. Default 10,000, the documented maximum. */
    pageSize: Schema.optionalKey(Connection.tuning(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 }))))
  },
  security: HttpApiSecurity.bearer,
  quotas: [
    { requests: 100, window: "1 minute" },
    { requests: 1500, window: "1 hour" }
  ],
  listings: {
    antivirusScans: Listing.make({
      row: Api.MachineAction,
      endpoint: Api.machineActions,
      holds: { kinds: ["run"], categories: ["malware"] }
    })
  }
})({
  baseUrl: ({ geo }) =>
    geo === undefined ? "https://api.securitycenter.microsoft.com" : `https://${geo}.api.security.microsoft.com`,
  credential: (connection) => Entra.credential(connection, "https://api.securitycenter.microsoft.com/.default"),
  quotaOf: Entra.quotaOf,
  rules: Entra.rules,
  rejection: Errors.ofService,
  hint: ({ _tag }) => {
    if (_tag === "Forbidden") {
      return `give the app registration the application permission ${permission} of WindowsDefenderATP, with the consent of an administrator`
    }
    return _tag === "Unauthorized" ? "check tenantId, cloud and tokenScope, which say for whom the token is" : undefined
  },
  listings: {
    antivirusScans: {
      first: ({ connection: { pageSize = 10_000 }, query }) => ({
        query: { $filter: filterOf(query), $top: pageSize, $skip: 0 }
      }),
      rows: ({ value }) => value,
      next: ({ body, received, request: { query } }) => {
        const linked = Paging.link<{ readonly query: typeof query }>(body["@odata.nextLink"])
        // That pages have links is not documented: without one, only an empty page is the end. A link with a token has no number to go on from.
        if (linked !== undefined || query.$skip === undefined || received === 0) return linked
        return { query: { ...query, $skip: query.$skip + received } }
      },
      job: (action) => {
        if (action.type !== antivirus) return []
        const state = State.ofAction(action.status)
        return {
          vendorId: action.id,
          kind: "run",
          name: action.computerDnsName ?? null,
          category: "malware",
          state,
          vendorState: action.status ?? null,
          detail: action.status === "TimeOut" ? "timeout" : null,
          startTime: Time.fromIso(action.creationDateTimeUtc),
          finishTime: isOver.has(state) ? Time.fromIso(action.lastUpdateDateTimeUtc ?? action.lastUpdateTimeUtc) : null
        }
      }
    }
  }
})

const isOver: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled"])

/** Every action has the time when it was created, which is the start of its job. */
const filterOf = ({ from, until }: Query.Query): string =>
  [
    `type eq '${antivirus}'`,
    ...(from === undefined ? [] : [`creationDateTimeUtc ge ${new Date(from).toISOString()}`]),
    ...(until === undefined ? [] : [`creationDateTimeUtc lt ${new Date(until).toISOString()}`])
  ].join(" and ")
