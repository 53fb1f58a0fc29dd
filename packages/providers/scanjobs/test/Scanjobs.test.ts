import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Scanjobs } from "@scanjobs/scanjobs"
import * as ScanjobsEmulator from "@scanjobs/scanjobs/emulator"
import { Effect, Stream } from "effect"
import { connect } from "./Subject.ts"

const { job } = ScanjobsEmulator

const list = (connection: ReturnType<typeof connect>) =>
  Scanjobs.jobs(connection).pipe(Stream.runCollect, Effect.provide(NodeHttpClient.layerUndici))

describe("another scanjobs", () => {
  it.live("gives its jobs with what its vendors said of them", () =>
    Effect.gen(function* () {
      const rows = [
        job("code", "1", { scope: "octo/web", definitionId: "scan.yml", state: "failed", detail: "no space" }),
        job("code", "2", { kind: "occurrence", state: "scheduled", verdict: "missed" }),
        job("code", "3", { kind: "definition", startTime: null, scope: "7" }),
        job("code", "4", { category: "a later category", state: "a later state", kind: "a later kind" })
      ]
      const jobs = yield* list(connect(yield* ScanjobsEmulator.serve({ connections: [{ name: "code", jobs: rows }] })))
      assert.deepInclude(jobs[0], {
        scope: "code",
        vendorId: "acme/code/runs/1",
        definitionId: "octo/web/scan.yml",
        name: "Nightly",
        category: "web",
        state: "failed",
        vendorState: "done",
        link: "https://vendor.example/runs/1",
        detail: "no space",
        startTime: Date.UTC(2026, 0, 1)
      })
      assert.deepStrictEqual(
        jobs.map(({ definitionId, kind, state }) => [kind, state, definitionId]),
        [
          ["run", "failed", "octo/web/scan.yml"],
          ["occurrence", "scheduled", "7"],
          ["definition", "succeeded", "7"],
          ["run", "unknown", "7"]
        ]
      )
    }).pipe(Effect.scoped)
  )

  it.live("fails where it could not read a connection itself, after the rows that it has", () =>
    Effect.gen(function* () {
      const server = yield* ScanjobsEmulator.serve({
        connections: [{ name: "code", jobs: [job("code", "1"), job("code", "2")], failure: "the key was revoked" }]
      })
      const found: Array<string> = []
      const error = yield* Scanjobs.jobs(connect(server)).pipe(
        Stream.runForEach(({ vendorId }) => Effect.sync(() => found.push(vendorId))),
        Effect.flip,
        Effect.provide(NodeHttpClient.layerUndici)
      )
      assert.deepStrictEqual(found, ["acme/code/runs/1", "acme/code/runs/2"])
      assert.include(error.message, "code was not read completely: the key was revoked")
      assert.include(error.message, "look at the other scanjobs")
    }).pipe(Effect.scoped)
  )

  it.live("says what to check when it refuses, after one request", () =>
    Effect.gen(function* () {
      const server = yield* ScanjobsEmulator.serve()
      const error = yield* Effect.flip(list(connect(server, { token: "something else" })))
      assert.include(error.message, "check token")
      assert.lengthOf(yield* server.ledger.entries, 1)
    }).pipe(Effect.scoped)
  )
})
