import * as Conformance from "@scanjobs/testing/conformance"
import { describe, it } from "vitest"
import { subject } from "../Shapes.ts"

Conformance.suite(subject, { describe, it })
