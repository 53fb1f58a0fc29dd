import { FaultSchedule } from "@scanjobs/testing"
import { it } from "vitest"
import { subject } from "./Subject.ts"

/** The schedules of faults count jobs by rows. */
const schedules = "a schedule becomes a definition and its planned runs"
const listings = { ...subject.listings, dlpTriggers: schedules, webSchedules: schedules, dataSchedules: schedules }

// Its lists are read by tokens, so that no page can be asked for ahead, and one page at a time is the same.
FaultSchedule.suite({ ...subject, listings, pageConcurrency: 8 }, { it }, { runs: 15 })
