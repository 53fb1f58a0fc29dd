/**
 * What is exchanged with a vendor, whatever the endpoint: requests, and replies that are no errors.
 */

/** Query parameters by name; one that occurs several times has a list of values. */
export interface Parameters {
  readonly [name: string]: string | ReadonlyArray<string>
}

/** A request of any endpoint, with the parts that the endpoint's schemas describe. */
export interface Request {
  readonly params?: unknown
  readonly query?: unknown
  readonly payload?: unknown
  readonly headers?: unknown
  /** Query parameters of a vendor's own link that the endpoint does not know; they are sent unchanged. */
  readonly extra?: Parameters
}

/** A successful answer. */
export interface Reply {
  /** The URL that answered, after redirects. */
  readonly url: string
  /** With lower-case names. */
  readonly headers: { readonly [name: string]: string | undefined }
  /** The body, parsed as JSON, without the connection's secrets. */
  readonly body: unknown
  /** True if parts of the body were nested too deeply and were replaced; see `JsonDepth`. */
  readonly isCut?: boolean
  /** The body as the vendor sent it, where it holds a secret. For following its links only. */
  readonly bodyWithSecrets?: unknown
}
