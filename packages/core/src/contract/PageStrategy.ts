/**
 * How a listing goes from page to page. The module {@link Paging} holds the common strategies.
 */

/**
 * A vendor's link to the next page, not yet trusted.
 *
 * @since 0.1.0
 * @category models
 */
export interface Link<in out Request> {
  readonly _tag: "Link"
  /** Absolute, or relative to the URL of the page that contains it. */
  readonly href: string
  /** Makes the next request from the request that the link names. */
  readonly request: (linked: Request) => Request
}

/** Tells a link from a request. */
export const isLink = <Request extends object>(next: Request | Link<Request>): next is Link<Request> =>
  "_tag" in next && next._tag === "Link" && "href" in next

/** Two consecutive requests of a listing. */
export interface Consecutive<out Request> {
  readonly request: Request
  /** The request that came, or is expected to come, after `request`. */
  readonly next: Request
}

/** The verbs that go from page to page, for a listing with these types of start, turn and request. */
export interface PageStrategy<in Start, in Turn, in out Request> {
  /** The first request. */
  readonly first: (start: Start) => Request
  /**
   * The next request, a link to it, or `undefined` at the end. The library itself guards against requests that repeat and
   * pages that bring nothing new.
   */
  readonly next: (turn: Turn) => Request | Link<Request> | undefined
  /**
   * Whether an answer without any new row is progress all the same, as that of a vendor which filters its pages, or an empty span of
   * time among others. Without it, the listing has ended or stalled after a few such answers. With it, it still ends at a request
   * that repeats, at the most pages that `PageGuard` allows, and at its deadline.
   */
  readonly advances?: (turn: Turn) => boolean
  /**
   * How many pages there are behind this one, as the vendor says; `undefined` where it does not. No more of them are read ahead. Where
   * the list ends is what `next` says.
   */
  readonly pagesLeft?: (turn: Turn) => number | undefined
  /**
   * The request after `next`, assuming that paging continues as it went from `request` to `next`; `undefined` where that
   * cannot be told.
   *
   * With it, several pages are read at once. A wrong guess costs requests, never rows: a page that was read ahead counts only
   * if `next` then asks for exactly that page. It is not used for a listing in descending order, because new rows shift the
   * older ones, and pages read at the same time could miss one.
   */
  readonly ahead?: (step: Start & Consecutive<Request>) => Request | undefined
  /**
   * Whether an answer itself tells whether it is the last, so that no page is requested behind it. Links always do. Only reading
   * ahead takes notice: it requests one page less.
   */
  readonly tellsLast?: boolean
}
