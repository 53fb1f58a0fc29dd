import { assert, describe, it } from "@effect/vitest"
import type { ScanJob } from "@scanjobs/core"
import * as HeldJobs from "../../src/reading/HeldJobs.ts"

const jobOf = (state: ScanJob.State): ScanJob.ScanJob => ({
  id: "acme/main/runs/1",
  provider: "acme",
  connection: "main",
  listing: "runs",
  vendorId: "1",
  scope: null,
  definitionId: null,
  kind: "run",
  name: null,
  category: "other",
  state,
  vendorState: null,
  detail: null,
  progress: null,
  startTime: null,
  finishTime: null,
  link: null,
  raw: {}
})

describe("HeldJobs", () => {
  it("tells about the first job that contradicts its listing, and not about later ones", () => {
    const held = HeldJobs.watch({ states: ["succeeded"] })
    held.look([jobOf("succeeded"), jobOf("failed"), jobOf("running")])
    held.look([jobOf("queued")])
    assert.match(held.note() ?? "", /has the state failed,/)
  })

  it("says nothing where every job is as the listing says, or of unknown state", () => {
    const held = HeldJobs.watch({ states: ["succeeded"] })
    held.look([jobOf("succeeded"), jobOf("unknown")])
    assert.isUndefined(held.note())
  })
})
