/** A vendor whose client asks by the last row's key, and whose schedules become several jobs each. */
import { Credential, Listing, Paging, Provider, type ScanJob, Time } from "@scanjobs/core"
import { type Conformance, Emulator, Pages, Wire } from "@scanjobs/testing"
import { Effect, Redacted, Schema } from "effect"
import { Base64 } from "effect/encoding"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import { HttpServerResponse } from "effect/http"

const Run = Schema.Struct({ id: Schema.Int, at: Schema.String })
const Schedule = Schema.Struct({ id: Schema.Int, every: Schema.Int, since: Schema.String })

const day = 86_400_000

/** How a schedule becomes jobs. The defaults are correct. */
export interface Parts {
  readonly keyOf?: (schedule: typeof Schedule.Type, startTime: number) => string
  /** Whether to give the first run after the span. */
  readonly goesOn?: boolean
  /** The schedules of a page. */
  readonly schedules?: (all: ReadonlyArray<typeof Schedule.Type>) => ReadonlyArray<typeof Schedule.Type>
  readonly endless?: "rows" | true | false
  /** Whether schedules become planned runs. */
  readonly plans?: boolean
}

const planned = ({ every, since }: typeof Schedule.Type, from: number, until: number, goesOn: boolean) => {
  const begin = Time.fromIso(since)
  if (begin === null || every < 1) return []
  const step = every * day
  const times: Array<number> = []
  for (let time = begin + Math.max(0, Math.ceil((from - begin) / step)) * step; ; time += step) {
    if (time < until || goesOn) times.push(time)
    if (time >= until) return times
  }
}

const query = { after: Schema.optionalKey(Schema.Int), limit: Schema.Int }

const make = ({
  endless = true,
  goesOn = true,
  plans = true,
  keyOf = ({ id }, time) => `${id}@${time}`,
  schedules = (all) => all
}: Parts = {}) =>
  Provider.make("planner", {
    connection: { user: Schema.String, password: Schema.Redacted(Schema.String), pageSize: Schema.Int },
    security: HttpApiSecurity.http({ scheme: "Basic" }),
    listings: {
      runs: Listing.make({
        row: Run,
        endpoint: (row) =>
          HttpApiEndpoint.get("runs", "/runs", { query, success: Schema.Struct({ rows: Schema.Array(row) }) })
      }),
      planned: Listing.make({
        row: Schedule,
        endpoint: (row) =>
          HttpApiEndpoint.get("planned", "/schedules", { query, success: Schema.Struct({ rows: Schema.Array(row) }) }),
        endless,
        holds: { kinds: ["definition", "occurrence"] }
      })
    }
  })({
    baseUrl: () => "https://planner.example",
    credential: ({ password, user }) => Credential.fixed(basic(user, Redacted.value(password))),
    listings: {
      runs: {
        paging: Paging.keyset({
          key: ({ id }) => id,
          request: ({ connection: { pageSize } }, after) => ({ query: asked(pageSize, after) })
        }),
        rows: ({ rows }) => rows,
        job: ({ at, id }) => jobOf(String(id), "run", Time.fromIso(at))
      },
      planned: {
        paging: Paging.keyset({
          key: ({ id }) => id,
          request: ({ connection: { pageSize } }, after) => ({ query: asked(pageSize, after) })
        }),
        rows: ({ rows }) => schedules(rows),
        job: (row, { span: { from, until } }) =>
          plans
            ? planned(row, from, until, goesOn).map((time) => jobOf(keyOf(row, time), "occurrence", time))
            : jobOf(String(row.id), "definition", null)
      }
    }
  })

const jobOf = (vendorId: string, kind: ScanJob.Kind, startTime: number | null): ScanJob.Fields => ({
  vendorId,
  kind,
  category: "other",
  state: "unknown",
  vendorState: null,
  startTime
})

const basic = (user: string, password: string) => Redacted.make(Base64.encode(`${user}:${password}`))

const asked = (limit: number, after: number | undefined) => ({ limit, ...(after === undefined ? {} : { after }) })

const right = make()

const wires = {
  runs: Wire.make(right.listings.runs, {
    rows: { get: ({ rows }) => rows, set: (body, rows) => ({ ...body, rows }) },
    next: Wire.byKey(),
    total: null,
    id: Wire.field("id"),
    state: null,
    start: Wire.field("at")
  }),
  planned: Wire.make(right.listings.planned, {
    rows: { get: ({ rows }) => rows, set: (body, rows) => ({ ...body, rows }) },
    next: Wire.byKey(),
    total: null,
    id: Wire.field("id"),
    state: null,
    start: null
  })
}

const password = "emulated-password"

const page = (all: ReadonlyArray<{ readonly id: number }>, after: number | undefined, limit: number) =>
  Effect.succeed(HttpServerResponse.jsonUnsafe({ rows: Pages.after(all, ({ id }) => id, after, limit).rows }))

const no = (status: number) => () => HttpServerResponse.jsonUnsafe({ problem: "no" }, { status })

/** The subject of the conformance suite. */
export const subject = (parts: Parts = {}): Conformance.SubjectOf<typeof right> => ({
  provider: make(parts),
  listings: {
    runs: { wire: wires.runs },
    planned: { wire: wires.planned, several: true, ...(parts.endless === undefined ? { endless: true } : {}) }
  },
  errorUnder200: null,
  skips: { C17: "a password stays" },
  start: ({ fault, listing, pageSize, rows }) =>
    Effect.gen(function* () {
      const of = (name: string) => Array.from({ length: name === listing ? rows : 0 }, (_, index) => index)
      const runs = of("runs").map((index) => ({ id: index + 1, at: new Date(index * day).toISOString() }))
      const schedules = of("planned").map((index) => ({
        id: index + 1,
        every: 2 + (index % 6),
        since: new Date(index * 3_600_000).toISOString()
      }))
      const { baseUrl, ledger } = yield* Emulator.serve(right, {
        fault,
        accepts: (credential) => Effect.succeed(credential === Redacted.value(basic("ann", password))),
        answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
        handlers: {
          runs: ({ query: { after, limit } }) => page(runs, after, limit),
          planned: ({ query: { after, limit } }) => page(schedules, after, limit)
        }
      })
      return {
        ledger,
        connection: {
          provider: "planner",
          name: "main",
          baseUrl,
          user: "ann",
          password: Redacted.make(password),
          pageSize
        },
        secrets: Effect.succeed([password]),
        revoke: null
      }
    })
})
