import { FaultSchedule } from "@scanjobs/testing"
import * as Conformance from "@scanjobs/testing/conformance"
import { describe, it } from "vitest"
import { subject } from "../Graph.ts"

Conformance.suite(subject, { describe, it })
FaultSchedule.suite(subject, { it })
