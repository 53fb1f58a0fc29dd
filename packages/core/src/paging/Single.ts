/**
 * Listings that are not paged.
 */
import type * as Listing from "../contract/Listing.ts"
import * as GivenOptions from "./GivenOptions.ts"
import type { Request, Start, Strategy } from "./Strategy.ts"

/**
 * Sends one request: the whole listing is one page.
 *
 * **Example** (a list that is not paged)
 *
 * ```ts
 * import { Listing, Paging } from "@scanjobs/core"
 * import { Schema } from "effect"
 * import { HttpApiEndpoint } from "effect/http-api"
 *
 * const runs = Listing.make({
 *   row: Schema.Struct({ id: Schema.Int }),
 *   endpoint: (row) =>
 *     HttpApiEndpoint.get("runs", "/projects/:project/runs", {
 *       params: { project: Schema.String },
 *       success: Schema.Array(row)
 *     }),
 *   scope: Schema.String
 * })
 *
 * export const paging: Paging.Strategy<{}, typeof runs> = Paging.single({
 *   request: ({ scope }) => ({ params: { project: scope } })
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const single = <C, L extends Listing.Any>(options: {
  /** The only request. */
  readonly request: (start: Start<C, L>) => NoInfer<Request<L>>
}): Strategy<C, L> => {
  GivenOptions.check("Paging.single", options, { required: ["request"] })
  return { first: options.request, next: () => undefined }
}
