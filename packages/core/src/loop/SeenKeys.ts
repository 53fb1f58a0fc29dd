/**
 * Recognises rows that come again, in bounded memory.
 *
 * The keys of the latest few thousand rows are remembered, which covers neighbouring pages that overlap.
 */

/** The keys of one listing's rows. */
export interface SeenKeys {
  /** Records a key; `false` where it was remembered already. */
  readonly isNew: (key: string) => boolean
}

/** Starts empty; remembers between `window` and twice as many keys. */
export const make = (window = 4096): SeenKeys => {
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
