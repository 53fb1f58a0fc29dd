/**
 * Detects a listing that goes round in a circle, in bounded memory.
 *
 * A request equal to the previous one is `repeated`. A request equal to one of the last `window` requests is a `cycle`. Brent's
 * cycle detection, which remembers one older request, finds cycles that are longer than the window.
 */

/** The requests of one listing. */
export interface SeenRequests {
  /** Records a request that is about to be sent, by its fingerprint; reports the circle that it closes, if any. */
  readonly note: (fingerprint: string) => "repeated" | "cycle" | undefined
}

/** Starts empty; remembers between `window` and twice as many requests. */
export const make = (window = 1024): SeenRequests => {
  let young = new Set<string>()
  let old = new Set<string>()
  let previous: string | undefined
  let anchor: string | undefined
  let sinceAnchor = 0
  let stride = window
  return {
    note: (fingerprint) => {
      if (fingerprint === previous) return "repeated"
      if (fingerprint === anchor || young.has(fingerprint) || old.has(fingerprint)) return "cycle"
      previous = fingerprint
      young.add(fingerprint)
      if (young.size >= window) {
        old = young
        young = new Set()
      }
      if (++sinceAnchor === stride) {
        anchor = fingerprint
        sinceAnchor = 0
        stride *= 2
      }
      return undefined
    }
  }
}
