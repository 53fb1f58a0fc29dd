import { assert, describe, it } from "@effect/vitest"
import * as MicrosoftEmulator from "@scanjobs/microsoft/emulator"
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import * as Account from "./Account.ts"
import * as Description from "./Description.ts"
import examples from "./fixtures/examples.json" with { type: "json" }

describe("by Microsoft's own description", () => {
  it.live("every request of the provider and every answer of the emulator is right", () =>
    Effect.gen(function* () {
      const sent: Array<Description.Sent> = []
      const sources = [
        ...(yield* MicrosoftEmulator.generatePurview({ jobs: 120 })),
        Account.source("gone", 404),
        Account.source("half", [{ name: "gone", runs: 404 }])
      ]
      const vendor = yield* MicrosoftEmulator.servePurview({ sources, pageSize: 3, fault: Description.witness(sent) })
      const connection = Account.purview(vendor)
      assert.isUndefined((yield* Account.readPurview(connection)).failure)
      assert.isUndefined((yield* Account.readPurview(connection, "planned")).failure)
      const asked = (yield* vendor.ledger.entries).filter(({ endpoint }) => endpoint !== null)
      assert.isAbove(asked.length, 60)
      assert.deepStrictEqual(asked.flatMap(Description.problemsOfRequest), [])
      assert.deepStrictEqual(new Set(sent.map(({ status }) => status)), new Set([200, 404]))
      assert.deepStrictEqual(sent.flatMap(Description.problemsOfAnswer), [])
      assert.deepStrictEqual(yield* vendor.ledger.violations, [])
    })
  )

  it("the judge finds what is wrong", () => {
    const path = "/datasources/sales/scans/scan-1/runs"
    assert.lengthOf(Description.problemsOfAnswer({ path, status: 200, body: { value: [{ startTime: "soon" }] } }), 1)
    assert.lengthOf(Description.problemsOfAnswer({ path, status: 200, body: { items: [] } }), 1)
  })
})

describe("Microsoft's own examples", () => {
  /** The answers of the examples, and what the provider makes of them. */
  const read = (trigger: unknown, listing: "runs" | "planned", query: object = {}) =>
    Effect.gen(function* () {
      const answers: { readonly [endpoint: string]: unknown } = { ...examples, trigger }
      const vendor = yield* MicrosoftEmulator.servePurview({
        fault: ({ endpoint }) => (endpoint === null ? undefined : HttpServerResponse.jsonUnsafe(answers[endpoint]))
      })
      return yield* Account.readPurview(Account.purview(vendor), listing, query)
    })

  it.live("are read whole, with no field unknown", () =>
    Effect.gen(function* () {
      const { drift, failure, jobs } = yield* read(examples.trigger, "runs")
      assert.deepStrictEqual([failure, drift], [undefined, []])
      assert.deepStrictEqual(
        jobs.map(({ finishTime, name, startTime, state, vendorId }) => ({
          finishTime,
          name,
          startTime,
          state,
          vendorId
        })),
        [
          {
            vendorId: "7bcde71f-4a4e-4e01-9226-c99d15fa0f30",
            name: "AzureDataLakeStorage-cpm/myScanName",
            state: "succeeded",
            startTime: Date.parse("2023-07-31T01:40:22.676Z"),
            finishTime: Date.parse("2023-07-31T01:41:48.683Z")
          }
        ]
      )
      assert.deepStrictEqual<unknown>(jobs[0]?.raw, examples.runs.value[0])
    })
  )

  it.live("M7: have a trigger that answers another recurrence than was sent: the answer counts", () =>
    Effect.gen(function* () {
      const { answered, sent } = examples.createdTrigger
      assert.notDeepEqual<unknown>(answered.properties.recurrence, sent)
      // The second Wednesday of every fourth month, of which the end leaves one before it and none after it.
      const longer = { ...answered.properties.recurrence, endTime: "2022-01-01T00:00:00Z" }
      const trigger = { ...answered, properties: { ...answered.properties, recurrence: longer } }
      const span = { from: Date.UTC(2021, 0, 1), until: Date.UTC(2023, 0, 1) }
      const due = (yield* read(trigger, "planned", span)).jobs.filter(({ kind }) => kind === "occurrence")
      assert.deepStrictEqual(
        due.map(({ startTime }) => new Date(startTime ?? 0).toISOString()),
        ["2021-06-09T23:56:00.000Z", "2021-10-13T23:56:00.000Z"]
      )
    })
  )

  it.live("have a trigger that is over, of which the vendor says that it is not valid", () =>
    Effect.gen(function* () {
      const { drift, failure, jobs } = yield* read(examples.trigger, "planned")
      assert.deepStrictEqual([failure, drift], [undefined, []])
      assert.deepStrictEqual(
        jobs.map(({ detail, kind, state }) => ({ detail, kind, state })),
        [{ detail: examples.trigger.validationErrorInfo, kind: "definition", state: "scheduled" }]
      )
    })
  )
})
