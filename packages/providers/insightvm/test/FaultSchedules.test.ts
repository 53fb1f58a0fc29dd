import { FaultSchedule } from "@scanjobs/testing"
import { it } from "vitest"
import { subject } from "./Subject.ts"

// One page at a time, too, is for CI: it takes as long again.
for (const pageConcurrency of process.env["CONFORMANCE_WHOLE"] === "true" ? [1, 8] : [8]) {
  FaultSchedule.suite({ ...subject, pageConcurrency }, { it }, { runs: 15 })
}
