import * as Conformance from "@scanjobs/testing/conformance"
import { describe, it } from "vitest"
import { subject } from "./Subject.ts"

// One page at a time, too, is for CI: it takes as long again.
const pagesAtOnce = process.env["CONFORMANCE_WHOLE"] === "true" ? [1, 8] : [8]

for (const pageConcurrency of pagesAtOnce) Conformance.suite({ ...subject, pageConcurrency }, { describe, it })
