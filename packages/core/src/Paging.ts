/**
 * How a listing goes from one page to the next.
 */

/** A vendor's link to the next page, not yet trusted. */
export interface Link<in out Request> {
  readonly _tag: "Link"
  /** Absolute, or relative to the page that it stands in. */
  readonly href: string
  /** Makes the next request of the one that the link names. */
  readonly request: (linked: Request) => Request
}

/**
 * Follows a link that the vendor gives. `null`, `undefined` and `""` mean that there is none.
 *
 * The link is followed only within the connection's own origin and to the listing's own endpoint, and it becomes a typed
 * request: a link to another origin is the error `ForeignLink`, and one that the endpoint's schemas cannot read is
 * `Malformed`. In neither case is a request sent. `request` may put one's own parameters back, for vendors whose links drop
 * some.
 */
export const link = <Request>(
  href: string | null | undefined,
  request: (linked: Request) => Request = (linked) => linked
): Link<Request> | undefined =>
  href === null || href === undefined || href === "" ? undefined : { _tag: "Link", href, request }

/** Tells a link from a request. */
export const isLink = <Request extends object>(next: Request | Link<Request>): next is Link<Request> =>
  "_tag" in next && next._tag === "Link" && "href" in next
