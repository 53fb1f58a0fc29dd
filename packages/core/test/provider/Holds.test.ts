import { NodeHttpClient } from "@effect/platform-node"
import { Credential, Listing, Progress, Provider, type Query } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Schema, Stream } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Vendor from "../Vendor.ts"

const Row = Schema.Struct({ id: Schema.String })

const listing = (name: string, holds?: Listing.Holds) =>
  Listing.make({
    row: Row,
    endpoint: (row) => HttpApiEndpoint.get(name, `/${name}`, { success: Schema.Array(row) }),
    ...(holds === undefined ? {} : { holds })
  })

const verbs = (kind: "occurrence" | "run", state: "scheduled" | "running" | "succeeded") => ({
  first: () => ({}),
  next: () => undefined,
  rows: (body: ReadonlyArray<typeof Row.Type>) => body,
  job: ({ id }: typeof Row.Type) => ({ vendorId: id, kind, category: "web" as const, state, vendorState: null })
})

const Declared = Provider.make("declared", {
  connection: { token: Schema.Redacted(Schema.String) },
  security: HttpApiSecurity.bearer,
  listings: {
    plans: listing("plans", { kinds: ["occurrence"], states: ["scheduled"], categories: ["web"] }),
    history: listing("history", { kinds: ["run"], states: ["succeeded", "failed"] }),
    current: listing("current")
  }
})({
  baseUrl: () => "https://declared.invalid",
  credential: ({ token }) => Credential.fixed(token),
  listings: {
    plans: verbs("occurrence", "scheduled"),
    history: verbs("run", "succeeded"),
    current: verbs("run", "running")
  }
})

/** The listings that a query asks for, and the ids that it brings. */
const askedBy = (query: Query.Query) =>
  Effect.gen(function* () {
    const vendor = yield* Vendor.serve(({ url }) => Vendor.json([{ id: url.pathname }]))
    const connection = {
      provider: "declared",
      name: "main",
      token: Redacted.make(Vendor.canary),
      baseUrl: vendor.origin
    } as const
    const jobs = yield* Declared.jobs(connection, query).pipe(
      Stream.runCollect,
      Effect.provide(NodeHttpClient.layerUndici)
    )
    return {
      asked: vendor.seen.map(({ url }) => url.pathname.slice(1)).toSorted(),
      found: jobs.map(({ vendorId }) => vendorId.slice(1)).toSorted()
    }
  })

/** The notes of reading one listing with another `holds` than its jobs fit. */
const notesWith = (holds: Listing.Holds) =>
  Effect.gen(function* () {
    const vendor = yield* Vendor.serve(() => Vendor.json([{ id: "1" }, { id: "2" }]))
    const provider = Provider.make("declared", {
      connection: {},
      security: HttpApiSecurity.bearer,
      listings: { runs: listing("runs", holds) }
    })({
      baseUrl: () => vendor.origin,
      credential: () => Credential.fixed(Redacted.make(Vendor.canary)),
      listings: { runs: verbs("run", "running") }
    })
    const notes: Array<string> = []
    const listen = Progress.layer((event) =>
      Effect.sync(() => {
        if (event._tag === "Noted") notes.push(event.message)
      })
    )
    yield* provider
      .jobs({ provider: "declared", name: "main" })
      .pipe(Stream.runDrain, Effect.provide([listen, NodeHttpClient.layerUndici]))
    return notes
  })

describe("a listing that says what it holds", () => {
  it.live.each([
    ["kind", { kinds: ["occurrence"] }, "run"],
    ["state", { states: ["succeeded"] }, "running"],
    ["category", { categories: ["code"] }, "web"]
  ] as const)("and that brings a job of another %s says so, once", ([field, holds, value]) =>
    Effect.gen(function* () {
      const notes = yield* notesWith(holds)
      assert.lengthOf(notes, 1)
      assert.include(notes[0], `a job has the ${field} ${value}`)
    })
  )

  it.live("and that brings what it says tells nothing", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* notesWith({ kinds: ["run"], states: ["running"], categories: ["web"] }), [])
    })
  )

  const all = ["current", "history", "plans"]

  it.live.each([
    ["everything", {}, all, all],
    ["running jobs", { states: ["running"] }, ["current"], ["current"]],
    ["planned or succeeded jobs", { states: ["scheduled", "succeeded"] }, all, ["history", "plans"]],
    ["planned runs", { kinds: ["occurrence"] }, ["current", "plans"], ["plans"]],
    ["definitions", { kinds: ["definition"] }, ["current"], []],
    ["another category", { categories: ["code"] }, ["current", "history"], []],
    ["jobs of an unknown state, which any listing may have", { states: ["unknown"] }, all, []]
  ] as const)("is asked where it can have %s", ([, query, asked, found]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* askedBy(query), { asked: [...asked], found: [...found] })
    })
  )
})
