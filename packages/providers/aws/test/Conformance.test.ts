import * as Conformance from "@scanjobs/testing/conformance"
import { describe, it } from "vitest"
import { subject } from "./Subject.ts"

// Its lists are read by tokens, so that no page can be asked for ahead, and one page at a time is the same.
Conformance.suite({ ...subject, pageConcurrency: 8 }, { describe, it })
