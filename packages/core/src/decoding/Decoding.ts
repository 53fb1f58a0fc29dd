/**
 * The schema that a listing's answers are decoded with, for tests that check whether it can be compiled.
 *
 * **Example** (the schema of a listing's pages)
 *
 * ```ts
 * import { Decoding, type Provider } from "@scanjobs/core"
 *
 * export const schemasOf = (provider: Provider.Any) =>
 *   Object.values(provider.listings).map((listing: Decoding.Paged) => Decoding.pageOf(listing))
 * ```
 */
import { Schema } from "effect"
import type { HttpApiEndpoint } from "effect/http-api"
import * as PageReader from "./PageReader.ts"

/**
 * The nouns of a listing that its pages are decoded by.
 *
 * @since 0.1.0
 * @category models
 */
export interface Paged {
  readonly row: Schema.Constraint
  readonly endpoint: (row: Schema.Constraint) => HttpApiEndpoint.ConstraintRequest
}

/**
 * The schema of a page, as it is compiled.
 *
 * @since 0.1.0
 * @category constructors
 */
export const pageOf = (listing: Paged): Schema.Constraint =>
  Schema.toCodecJson(PageReader.successOf(PageReader.top(listing.endpoint(listing.row))))
