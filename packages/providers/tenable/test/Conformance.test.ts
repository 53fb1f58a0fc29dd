import * as Conformance from "@scanjobs/testing/conformance"
import { describe, it } from "vitest"
import { subject } from "./Subject.ts"

for (const pageConcurrency of [1, 8]) Conformance.suite({ ...subject, pageConcurrency }, { describe, it })
