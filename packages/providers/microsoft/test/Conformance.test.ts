import * as Conformance from "@scanjobs/testing/conformance"
import { describe, it } from "vitest"
import { defender, purview } from "./Subject.ts"

Conformance.suite(purview, { describe, it })
Conformance.suite(defender, { describe, it })
