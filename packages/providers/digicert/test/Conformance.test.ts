import * as Conformance from "@scanjobs/testing/conformance"
import { subject } from "./Subject.ts"

Conformance.suite(subject)
