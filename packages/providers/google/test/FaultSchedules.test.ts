import { FaultSchedule } from "@scanjobs/testing"
import { it } from "vitest"
import { subject } from "./Subject.ts"

/** The schedules of faults count jobs by rows. */
const schedules = "a schedule becomes a definition and its planned runs"
const listings = { ...subject.listings, dlpTriggers: schedules, webSchedules: schedules, dataSchedules: schedules }

// One page at a time, too, is for CI: it takes as long again.
for (const pageConcurrency of process.env["CONFORMANCE_WHOLE"] === "true" ? [1, 8] : [8]) {
  FaultSchedule.suite({ ...subject, listings, pageConcurrency }, { it }, { runs: 15 })
}
