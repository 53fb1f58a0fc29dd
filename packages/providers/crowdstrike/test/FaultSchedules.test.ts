import { FaultSchedule } from "@scanjobs/testing"
import { it } from "vitest"
import { subject } from "./Subject.ts"

FaultSchedule.suite(subject, { it })
