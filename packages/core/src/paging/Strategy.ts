/**
 * The types that all page strategies share.
 */
import type * as Listing from "../contract/Listing.ts"
import type { Consecutive, PageStrategy } from "../contract/PageStrategy.ts"

/** What the first request of the listing `L` is made from. */
export type Start<C, L extends Listing.Any> = Listing.Start<C, L>

/** What the next request of the listing `L` is made from. */
export type Turn<C, L extends Listing.Any> = Listing.Turn<C, L>

/** A request of the listing `L`. */
export type Request<L extends Listing.Any> = Listing.RequestOf<L["~Endpoint"]>

/**
 * Two consecutive requests of a listing, with the start that they share.
 *
 * @since 0.1.0
 * @category models
 */
export type Step<C, L extends Listing.Any> = Start<C, L> & Consecutive<Request<L>>

/**
 * How a listing goes from page to page: its first request, the next one, and optionally the one after that.
 *
 * @since 0.1.0
 * @category models
 */
export type Strategy<C, L extends Listing.Any> = PageStrategy<Start<C, L>, Turn<C, L>, Request<L>>
