import { FaultSchedule } from "@scanjobs/testing"
import { it } from "vitest"
import { defender, purview } from "./Subject.ts"

FaultSchedule.suite(purview, { it }, { runs: 15 })
FaultSchedule.suite(defender, { it }, { runs: 15 })
