/** A plugin of one listing, two rows to a page, whose verbs and nouns a test replaces. */
import { Credential, Listing, Paging, Provider } from "@scanjobs/core"
import { Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Vendor from "./Vendor.ts"

/** A run. */
export const Run = Schema.Struct({ id: Schema.String, at: Schema.optionalKey(Schema.String) })
export type Run = typeof Run.Type

const endpoint = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("runs", "/runs", {
    query: { skip: Schema.Int },
    success: Schema.Struct({ runs: Schema.Array(row), total: Schema.optionalKey(Schema.Int) })
  })

/** The nouns of the listing. */
export const runs = Listing.make({ row: Run, endpoint })

/** The settings of a connection. */
export const settings = { token: Schema.Redacted(Schema.String) }

type Connection = {
  readonly provider: "plain"
  readonly name: string
  readonly baseUrl?: string
  readonly token: Redacted.Redacted
}
type Verbs = Listing.Verbs<Connection, typeof runs>

/** The verbs of the listing, as they should be. */
export const verbs = {
  paging: Paging.offset<Connection, typeof runs>({
    size: 2,
    request: (_, { offset }) => ({ query: { skip: offset } }),
    offset: ({ query }) => query.skip
  }),
  rows: ({ runs: rows }) => rows,
  job: ({ at, id }) => ({
    vendorId: id,
    kind: "run",
    category: "web",
    state: "succeeded",
    vendorState: null,
    ...(at === undefined ? {} : { startTime: Date.parse(at) })
  })
} satisfies Verbs

/** The plugin with other verbs. */
export const make = (
  replaced: Partial<
    typeof verbs & Listing.Normalising<Connection, typeof runs> & Listing.Reading<Connection, typeof runs>
  > = {},
  others: Partial<
    Omit<Provider.Verbs<Connection, typeof settings, { readonly runs: typeof runs }, never, never>, "listings">
  > = {}
) =>
  Provider.make("plain", { connection: settings, security: HttpApiSecurity.bearer, listings: { runs } })({
    baseUrl: () => "https://plain.invalid",
    credential: ({ token }) => Credential.fixed(token),
    ...others,
    listings: { runs: { ...verbs, ...replaced } }
  })

/** The plugin, once for each scope. */
export const scoped = (scopes: () => ReadonlyArray<string>) =>
  Provider.make("plain", {
    connection: settings,
    security: HttpApiSecurity.bearer,
    listings: { runs: Listing.make({ row: Run, endpoint, scope: Schema.String }) }
  })({
    baseUrl: () => "https://plain.invalid",
    credential: ({ token }) => Credential.fixed(token),
    listings: {
      runs: {
        scopes,
        paging: Paging.single({ request: () => ({ query: { skip: 0 } }) }),
        rows: verbs.rows,
        job: verbs.job
      }
    }
  })

/** The plugin, once for each scope that a run gives. */
export const found = (child: (run: Run) => string | undefined) =>
  Provider.make("plain", {
    connection: settings,
    security: HttpApiSecurity.bearer,
    listings: { runs: Listing.make({ row: Run, endpoint, scope: Schema.String, parents: runs }) }
  })({
    baseUrl: () => "https://plain.invalid",
    credential: ({ token }) => Credential.fixed(token),
    listings: {
      runs: {
        parents: { paging: verbs.paging, rows: verbs.rows, child },
        paging: Paging.single({ request: () => ({ query: { skip: 0 } }) }),
        rows: verbs.rows,
        job: verbs.job
      }
    }
  })

/** A connection to a vendor that runs. */
export const connection = ({ origin }: Vendor.Vendor): Connection => ({
  provider: "plain",
  name: "main",
  token: Redacted.make(Vendor.canary),
  baseUrl: origin
})

/** The vendor's server. */
export const serve = (rows: ReadonlyArray<unknown>) =>
  Vendor.serve(({ url }) => {
    const skip = Number(url.searchParams.get("skip"))
    return Vendor.json({ runs: rows.slice(skip, skip + 2) })
  })
