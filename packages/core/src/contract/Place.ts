/**
 * What a request is made for.
 */

/**
 * A listing of a connection, for a scope.
 *
 * @since 0.3.0
 * @category models
 */
export interface Place {
  readonly listing: string
  /** The scope as text, as in a job; `null` where the listing has none. */
  readonly scope: string | null
}
