/**
 * The schema that a listing's answers are decoded with, for tests that check whether it can be compiled.
 */
import { Schema } from "effect"
import type { HttpApiEndpoint } from "effect/http-api"
import * as PageReader from "./PageReader.ts"

/** The nouns of a listing that its pages are decoded by. */
export interface Paged {
  readonly row: Schema.Constraint
  readonly endpoint: (row: Schema.Constraint) => HttpApiEndpoint.ConstraintRequest
}

/** The schema of a page, as it is compiled. */
export const pageOf = (listing: Paged): Schema.Constraint =>
  Schema.toCodecJson(PageReader.successOf(PageReader.top(listing.endpoint(listing.row))))
