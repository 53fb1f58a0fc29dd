/**
 * The schema that a listing's answers are decoded by, for tests that look whether it can be compiled.
 */
import { Schema } from "effect"
import type * as Listing from "../contract/Listing.ts"
import * as PageReader from "./PageReader.ts"

/** The schema of a page, as it is compiled. */
export const pageOf = (listing: Listing.Any): Schema.Constraint =>
  Schema.toCodecJson(PageReader.successOf(PageReader.top(listing.endpoint(listing.row))))
