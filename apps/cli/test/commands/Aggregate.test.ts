import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Scanjobs } from "@scanjobs/scanjobs"
import { Effect, Result, Stream } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { linesOf, runHere, start } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

const token = "a-token-of-some-length"

describe("a scanjobs that reads another one", () => {
  it.live("has the same rows, however small the pages are", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      assert.strictEqual((yield* runHere(["sync"], started)).code, 0)
      const stored = yield* runHere(["list", "--stored", "--kind", "run", "--format", "ndjson"], started)
      const own = linesOf(stored.stdout).map((line) => JSON.parse(line))
      writeFileSync(join(started.cwd, "token"), token)
      const server = yield* start(
        ["serve", "--no-sync", "--port", "0", "--token-file", "token", "--config", "scanjobs.json"],
        { cwd: started.cwd, env: started.env, output: "out" }
      )
      const baseUrl = /http:\S+?:\d+/.exec(yield* server.said("Stop with Ctrl-C."))?.[0]
      const connection = Result.getOrThrow(
        Scanjobs.decode({ provider: "scanjobs", name: "other", baseUrl, token, pageSize: 7 })
      )
      const jobs = yield* Scanjobs.jobs(connection, { kinds: ["run"] }).pipe(
        Stream.runCollect,
        Effect.provide(NodeHttpClient.layerUndici)
      )
      const startOf = (time: number | null) => (time === null ? null : new Date(time).toISOString())
      assert.sameDeepMembers(
        jobs.map((job) => [job.scope, job.vendorId, job.name, job.category, job.state, startOf(job.startTime)]),
        own.map((job) => [job.connection, job.id, job.name, job.category, job.state, job.startTime])
      )
      assert.isAbove(jobs.length, 40)
      assert.strictEqual(yield* server.stop("SIGTERM"), 143)
    }).pipe(Effect.scoped)
  )
})
