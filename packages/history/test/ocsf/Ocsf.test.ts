import { assert, describe, it } from "@effect/vitest"
import { ScanJob } from "@scanjobs/core"
import { Schema } from "effect"
import { Ajv2020 } from "ajv/dist/2020.js"
import { Ocsf, Verdict } from "@scanjobs/history"
import scanActivity from "./fixtures/scan_activity.json" with { type: "json" }

const isValid = new Ajv2020({
  allErrors: true,
  allowUnionTypes: true,
  strictRequired: false,
  strictTypes: false
}).compile(scanActivity)
const problemsOf = (event: unknown): unknown => (isValid(JSON.parse(JSON.stringify(event))) ? [] : isValid.errors)

const job: ScanJob.ScanJob = {
  provider: "acme",
  connection: "main",
  listing: "runs",
  scope: null,
  id: "acme/main/runs/7",
  vendorId: "7",
  kind: "run",
  definitionId: "nightly",
  name: "Nightly",
  category: "web",
  state: "succeeded",
  vendorState: "done",
  detail: null,
  progress: null,
  startTime: 1_767_225_600_000,
  finishTime: 1_767_225_660_000,
  link: null,
  raw: { state: "done" }
}
const loggedAt = 1_767_300_000_000

const Times = Schema.NullOr(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 8.64e15 })))
const Job = Schema.Struct({ ...ScanJob.schema(Schema.Unknown).fields, startTime: Times, finishTime: Times })

describe("Ocsf.scanActivity", () => {
  it.prop(
    "writes an event that the official class allows, for every job and verdict",
    [Job, Schema.NullOr(Verdict.Name), Schema.NullOr(Verdict.Why)],
    ([any, verdict, why]) => {
      assert.deepStrictEqual(problemsOf(Ocsf.scanActivity({ ...any, raw: null }, { loggedAt, verdict, why })), [])
    }
  )

  it.each([
    ["running", 1, "Started", 99],
    ["succeeded", 2, "Completed", 1],
    ["partially_succeeded", 2, "Completed", 99],
    ["cancelled", 3, "Cancelled", 99],
    ["failed", 6, "Error", 2],
    ["paused", 7, "Paused", 99],
    ["queued", 99, "queued", 99],
    ["unknown", 0, "Unknown", 0]
  ] as const)("says of a run that is %s the activity %d %s and the status %d", (state, activity, name, status) => {
    const event = Ocsf.scanActivity({ ...job, state }, { loggedAt })
    assert.deepInclude(event, { activity_id: activity, activity_name: name, type_uid: 600_700 + activity })
    assert.strictEqual(event.status_id, status)
  })

  it("says of a planned run that never came that it failed, with medium severity", () => {
    const planned = { ...job, kind: "occurrence", state: "scheduled", finishTime: null } as const
    const event = Ocsf.scanActivity(planned, { loggedAt, verdict: "missed" })
    assert.deepInclude(event, { activity_id: 99, activity_name: "missed", status: "Failure", severity: "Medium" })
    assert.strictEqual(event.scan.type, "Scheduled")
  })

  it("leads to the vendor's own page where there is one", () => {
    const link = "https://vendor.example/runs/7"
    assert.strictEqual(Ocsf.scanActivity({ ...job, link }, { loggedAt }).unmapped["link"], link)
    assert.notProperty(Ocsf.scanActivity(job, { loggedAt }).unmapped, "link")
  })

  it("says why a verdict is not known", () => {
    const planned = { ...job, kind: "occurrence", state: "scheduled" } as const
    const event = Ocsf.scanActivity(planned, { loggedAt, verdict: "unknown", why: "plan changed" })
    assert.deepInclude(event, { status_id: 0, status_detail: "plan changed" })
  })

  it("takes the time of the first sight where the vendor gives none", () => {
    const untimed = { ...job, startTime: null, finishTime: null }
    assert.strictEqual(Ocsf.scanActivity(untimed, { loggedAt, firstSeen: 5 }).time, 5)
    assert.strictEqual(Ocsf.scanActivity(untimed, { loggedAt }).time, loggedAt)
  })

  it("gives no duration to a run that ends before it starts", () => {
    assert.notProperty(Ocsf.scanActivity({ ...job, finishTime: 0 }, { loggedAt }), "duration")
  })

  it("would not be valid with a wrong type, an unknown attribute, a wrong caption or without a scan", () => {
    const event = Ocsf.scanActivity(job, { loggedAt })
    const { scan: _, ...without } = event
    for (const wrong of [
      { ...event, type_uid: 600_701 },
      { ...event, extra: 1 },
      { ...event, severity: "High" },
      without
    ]) {
      assert.notDeepEqual(problemsOf(wrong), [])
    }
  })
})
