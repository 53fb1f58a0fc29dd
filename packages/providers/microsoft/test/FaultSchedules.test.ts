import { FaultSchedule } from "@scanjobs/testing"
import { it } from "vitest"
import { defender, purview } from "./Subject.ts"

/** The schedules of faults resume one scope. */
const listings = { ...purview.listings, planned: "a trigger is the only row of its scope" }

FaultSchedule.suite({ ...purview, listings }, { it }, { runs: 15 })
FaultSchedule.suite(defender, { it }, { runs: 15 })
