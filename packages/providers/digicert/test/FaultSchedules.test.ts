import { FaultSchedule } from "@scanjobs/testing"
import { it } from "vitest"
import { subject } from "./Subject.ts"

// Those of the schedules whose pages overlap are read one page at a time.
FaultSchedule.suite({ ...subject, pageConcurrency: 8 }, { it }, { runs: 15 })
