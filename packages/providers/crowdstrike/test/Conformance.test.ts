import * as Conformance from "@scanjobs/testing/conformance"
import { describe, it } from "vitest"
import { subject } from "./Subject.ts"

Conformance.suite(subject, { describe, it })
