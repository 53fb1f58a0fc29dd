import { assert, describe, it } from "@effect/vitest"
import { ScanJob } from "@scanjobs/core"
import { Ocsf } from "@scanjobs/history"
import { Effect, Schema } from "effect"
import { linesOf, runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(ScanJob.schema(Schema.Unknown)))
const Event = Schema.fromJsonString(
  Schema.Struct({ metadata: Schema.Struct({ uid: Schema.String, logged_time: Schema.Int }) })
)

describe("scanjobs list --format ocsf", () => {
  it.live("writes the event of every job", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const list = (format: string) =>
        Effect.map(runHere(["list", "--format", format], started), ({ code, stderr, stdout }) => {
          assert.strictEqual(code, 0, stderr)
          return linesOf(stdout)
        })
      const [events, jobs] = yield* Effect.all([list("ocsf"), list("ndjson")])
      const byId = new Map(jobs.map((line) => decode(line)).map((job) => [job.id, job]))
      assert.isAbove(jobs.length, 0)
      assert.lengthOf(events, jobs.length)
      for (const line of events) {
        const { metadata } = Schema.decodeSync(Event)(line)
        const job = byId.get(metadata.uid)
        assert.isDefined(job)
        if (job === undefined) continue
        assert.deepStrictEqual(line, JSON.stringify(Ocsf.scanActivity(job, { loggedAt: metadata.logged_time })))
      }
    })
  )

  it.live("goes with no option that is about tables", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const ended = yield* runHere(["list", "--format", "ocsf", "--no-headers"], started)
      assert.strictEqual(ended.code, 2)
      assert.include(ended.stderr, "--no-headers applies to table and csv, and the format is ocsf")
    })
  )
})
