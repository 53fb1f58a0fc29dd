import * as ConformanceSuite from "@scanjobs/testing/conformance"
import { FaultSchedule } from "@scanjobs/testing"
import { describe, it } from "@effect/vitest"
import { subject } from "../Orchard.ts"

// Schedules that are found by parents, with small quotas: a job is no row, and a row no parent.
ConformanceSuite.suite(subject, { describe, it })

FaultSchedule.suite(subject, { it }, { runs: 12 })
