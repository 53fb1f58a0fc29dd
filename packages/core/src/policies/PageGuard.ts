/**
 * Keeps a listing from running for ever and from giving a row twice, in bounded memory.
 *
 * **Details**
 *
 * - A request that equals the one before is `repeated`; one of the last `window` requests, or any older one on a longer
 *   circle, is a `cycle`. Older ones are found by Brent's algorithm, which remembers a single request.
 * - Rows are told apart by their key. The keys of the last few thousand rows are remembered, which covers neighbouring
 *   pages that overlap; a row whose key is among them is a repeat.
 * - A page that brings nothing new is barren. Two or three in a row are normal where rows shift while paging.
 */
import { Context, Layer } from "effect"

/** The bounds of a listing. */
export interface PageGuard {
  /** The most pages of one listing. Default 1,000,000. */
  readonly maxPages: number
  /** How many barren pages in a row are borne; after one more, the listing is held to have ended or stalled. Default 3. */
  readonly maxBarren: number
  /**
   * How many rows of one listing may be rejected before it fails as `TooManyRejected`. Default: any number, because the other
   * rows are good, and each rejected one is told.
   */
  readonly maxRejected: number
  /**
   * How many rows of an endless listing are read before its horizon must have been reached; beyond, it is held to have stalled,
   * because its vendor gives no times or only old ones. Default 200,000.
   */
  readonly maxEndless: number
}

const defaults: PageGuard = {
  maxPages: 1_000_000,
  maxBarren: 3,
  maxRejected: Number.POSITIVE_INFINITY,
  maxEndless: 200_000
}

/** The bounds in use. */
export const PageGuard = Context.Reference<PageGuard>("@scanjobs/core/PageGuard", { defaultValue: () => defaults })

/** Replaces the bounds; what is not given keeps its default. */
export const layer = (options: Partial<PageGuard>): Layer.Layer<never> =>
  Layer.succeed(PageGuard, { ...defaults, ...options })

/** Remembers the requests of one listing. */
export interface Requests {
  /** Notes a request that is about to be sent, by its fingerprint, or says how it stalls the listing. */
  readonly note: (fingerprint: string) => "repeated" | "cycle" | undefined
}

/** Starts with nothing remembered; keeps between `window` and twice as many requests. */
export const requests = (window = 1024): Requests => {
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

/** Remembers the keys of one listing's rows. */
export interface Keys {
  /** Notes a key, and tells whether it is new. */
  readonly isNew: (key: string) => boolean
}

/** Starts with nothing remembered; keeps between `window` and twice as many keys. */
export const keys = (window = 4096): Keys => {
  let young = generation(Math.min(window, 64))
  let old = generation(0)
  return {
    isNew: (key) => {
      const hash = noted(young, key)
      if (old.hashes[find(old, young, key.length, hash)] !== 0) return false
      const place = find(young, young, key.length, hash)
      if (young.hashes[place] !== 0) return false
      young.hashes[place] = hash
      young.starts[place] = young.end
      young.lengths[place] = key.length
      young.end += key.length
      young.size++
      if (young.size >= window) {
        const emptied = old.hashes.length === young.hashes.length ? old : generation(window)
        emptied.hashes.fill(0)
        emptied.size = 0
        emptied.end = 0
        old = young
        young = emptied
      } else if (young.size * 2 > young.hashes.length) young = grown(young, Math.min(window, young.hashes.length * 2))
      return true
    }
  }
}

/**
 * Keys in tables that are made once and used again and again. Their letters are copied, because thousands of texts that outlive
 * their pages cost the collector of garbage more than anything else here; and a `Set` would grow anew every few thousand rows.
 */
interface Generation {
  /** Zero where the place is free; a power of two of places, at least twice as many as keys. */
  readonly hashes: Int32Array
  readonly starts: Int32Array
  readonly lengths: Int32Array
  /** The letters of all keys, and then those of the one that is looked for. */
  letters: Uint16Array
  end: number
  size: number
}

const generation = (capacity: number, letters: Uint16Array = new Uint16Array(capacity * 32)): Generation => {
  const places = 2 ** Math.ceil(Math.log2(Math.max(1, capacity) * 2))
  return {
    hashes: new Int32Array(places),
    starts: new Int32Array(places),
    lengths: new Int32Array(places),
    letters,
    end: 0,
    size: 0
  }
}

const grown = (small: Generation, capacity: number): Generation => {
  const large = { ...generation(capacity, small.letters), end: small.end, size: small.size }
  const last = large.hashes.length - 1
  for (let place = 0; place < small.hashes.length; place++) {
    const hash = small.hashes[place] ?? 0
    if (hash === 0) continue
    let to = hash & last
    while (large.hashes[to] !== 0) to = (to + 1) & last
    large.hashes[to] = hash
    large.starts[to] = small.starts[place] ?? 0
    large.lengths[to] = small.lengths[place] ?? 0
  }
  return large
}

/** Copies the letters of a key behind those that are there, and gives its hash: any number but zero. */
const noted = (to: Generation, key: string): number => {
  const { length } = key
  const { end } = to
  if (end + length > to.letters.length) {
    const larger = new Uint16Array(Math.max(end + length, to.letters.length * 2))
    larger.set(to.letters.subarray(0, end))
    to.letters = larger
  }
  const { letters } = to
  let hash = length
  for (let at = 0; at < length; at++) {
    const letter = key.charCodeAt(at)
    letters[end + at] = letter
    hash = (Math.imul(hash, 31) + letter) | 0
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash ^= hash >>> 12
  return hash === 0 ? 1 : hash
}

/** The place of the key whose letters stand behind those of `from`, or the free one that it belongs to. */
const find = (generation: Generation, from: Generation, length: number, hash: number): number => {
  const { hashes } = generation
  const last = hashes.length - 1
  let place = hash & last
  while (hashes[place] !== 0 && (hashes[place] !== hash || !isAt(generation, place, from, length)))
    place = (place + 1) & last
  return place
}

const isAt = ({ lengths, letters, starts }: Generation, place: number, from: Generation, length: number): boolean => {
  if (lengths[place] !== length) return false
  const start = starts[place] ?? 0
  for (let at = 0; at < length; at++) if (letters[start + at] !== from.letters[from.end + at]) return false
  return true
}
