/** A vendor whose groups have machines: the listing of scans is read for every group, and the groups fill several pages. */
import { Credential, Listing, Provider, type ScanJob } from "@scanjobs/core"
import { type Conformance, Emulator, Wire } from "@scanjobs/testing"
import { Effect, Redacted, Schema } from "effect"
import { Base64 } from "effect/encoding"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import { HttpServerResponse } from "effect/http"

const Group = Schema.Struct({ id: Schema.String })
const Scan = Schema.Struct({ id: Schema.String })

const page = { from: Schema.Int, top: Schema.Int }
type Page = { readonly from: number; readonly top: number }
type Groups = { readonly groups: ReadonlyArray<typeof Group.Type>; readonly isLast: boolean }
export type Turn = { readonly body: Groups; readonly request: { readonly query: Page } }

/** The parts of the provider that may be wrong. The defaults are correct. */
export interface Parts {
  readonly group?: Schema.ConstraintDecoder<typeof Group.Type>
  /** The request for the groups behind the ones received. */
  readonly next?: (turn: Turn) => { readonly query: Page } | undefined
  /** Called with the group whose scans are requested. */
  readonly first?: (group: string) => void
  /** The group whose scans are asked for. */
  readonly asks?: (group: string) => string
  readonly child?: (group: typeof Group.Type) => string | undefined
  /** What a job has besides its id, of the credential as it is sent. */
  readonly job?: (credential: string) => Partial<ScanJob.Fields>
}

export const byCount = ({ body: { groups }, request: { query } }: Turn) =>
  groups.length === 0 ? undefined : { query: { ...query, from: query.from + groups.length } }

const basic = (user: string, password: Redacted.Redacted) => Base64.encode(`${user}:${Redacted.value(password)}`)

const make = (parts: Parts = {}) => {
  const group: Schema.ConstraintDecoder<typeof Group.Type> = parts.group ?? Group
  return Provider.make("fleet", {
    connection: { user: Schema.String, password: Schema.Redacted(Schema.String), pageSize: Schema.Int },
    security: HttpApiSecurity.http({ scheme: "Basic" }),
    listings: {
      scans: Listing.make({
        row: Scan,
        endpoint: (row) =>
          HttpApiEndpoint.get("scans", "/groups/:group/scans", {
            params: { group: Schema.String },
            query: page,
            success: Schema.Struct({ scans: Schema.Array(row) })
          }),
        scope: Schema.String,
        parents: Listing.make({
          row: group,
          endpoint: (row) =>
            HttpApiEndpoint.get("groups", "/groups", {
              query: page,
              success: Schema.Struct({ groups: Schema.Array(row), isLast: Schema.Boolean })
            })
        })
      })
    }
  })({
    baseUrl: () => "https://fleet.example",
    credential: ({ password, user }) => Credential.fixed(Redacted.make(basic(user, password))),
    listings: {
      scans: {
        parents: {
          first: ({ connection: { pageSize } }) => ({ query: { from: 0, top: pageSize } }),
          next: parts.next ?? byCount,
          rows: ({ groups }) => groups,
          child: parts.child ?? (({ id }) => id)
        },
        first: ({ connection: { pageSize }, scope }) => {
          parts.first?.(scope)
          return { params: { group: parts.asks?.(scope) ?? scope }, query: { from: 0, top: pageSize } }
        },
        next: ({ body: { scans }, request }) =>
          scans.length === 0
            ? undefined
            : { ...request, query: { ...request.query, from: request.query.from + scans.length } },
        rows: ({ scans }) => scans,
        job: ({ id }, { connection: { password, user } }) => ({
          vendorId: id,
          kind: "run",
          category: "other",
          state: "unknown",
          vendorState: null,
          ...parts.job?.(basic(user, password))
        })
      }
    }
  })
}

const right = make()

const lenses = { next: null, total: null, id: Wire.field<{ readonly id: string }>("id"), state: null, start: null }

const wires = {
  scans: Wire.make(right.listings.scans, {
    ...lenses,
    rows: { get: ({ scans }) => scans, set: (body, scans) => ({ ...body, scans }) }
  }),
  groups: Wire.make(
    Listing.make({
      row: Group,
      endpoint: (row) =>
        HttpApiEndpoint.get("groups", "/groups", {
          query: page,
          success: Schema.Struct({ groups: Schema.Array(row), isLast: Schema.Boolean })
        })
    }),
    { ...lenses, rows: { get: ({ groups }) => groups, set: (body, groups) => ({ ...body, groups }) } }
  )
}

const password = "fleet-password-4711"
const no = (status: number) => () => HttpServerResponse.jsonUnsafe({ problem: "no" }, { status })
const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `${name}-${index}` }))

/** The subject of the conformance suite: the correct vendor, and a provider that may be wrong. */
export const subject = (
  parts: Parts = {},
  parents: Conformance.Expected["parents"] = { wire: wires.groups }
): Conformance.SubjectOf<typeof right> => ({
  provider: make(parts),
  listings: { scans: { wire: wires.scans, ...(parents === undefined ? {} : { parents }) } },
  errorUnder200: null,
  skips: { C17: "a password stays" },
  start: ({ fault, of, pageSize, rows }) =>
    Effect.map(
      Emulator.serve(right, {
        fault,
        accepts: (credential) => Effect.succeed(credential === basic("ann", Redacted.make(password))),
        answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
        handlers: {
          groups: ({ query: { from, top } }) => {
            const groups = numbered("group", of === "parents" ? rows : 1)
            const page = { groups: groups.slice(from, from + top), isLast: from + top >= groups.length }
            return Effect.succeed(HttpServerResponse.jsonUnsafe(page))
          },
          scans: ({ query: { from, top } }) => {
            const scans = numbered("scan", of === "parents" ? 1 : rows)
            return Effect.succeed(HttpServerResponse.jsonUnsafe({ scans: scans.slice(from, from + top) }))
          }
        }
      }),
      ({ baseUrl, ledger }) => ({
        ledger,
        connection: {
          provider: "fleet",
          name: "main",
          baseUrl,
          user: "ann",
          password: Redacted.make(password),
          pageSize
        },
        secrets: Effect.succeed([password]),
        revoke: null
      })
    )
})
