/**
 * Recognises rows that come again, in bounded memory.
 *
 * The keys of the latest few thousand rows are remembered, which covers neighbouring pages that overlap. Fewer are remembered
 * where keys are very long, as those of rejected rows may be.
 */

/** The keys of one listing's rows. */
export interface SeenKeys {
  /** Records a key; `false` where it was remembered already. */
  readonly isNew: (key: string) => boolean
  /** Whether a key is remembered. */
  readonly has: (key: string) => boolean
}

/** The average length of a key, in characters, up to which a whole window is remembered. */
const usualLength = 256

/** Starts empty; remembers between `window` and twice as many keys of usual length. */
export const make = (window = 4096): SeenKeys => {
  let young = new Set<string>()
  let old = new Set<string>()
  let characters = 0
  return {
    has: (key) => young.has(key) || old.has(key),
    isNew: (key) => {
      if (young.has(key) || old.has(key)) return false
      young.add(key)
      characters += key.length
      if (young.size >= window || characters >= window * usualLength) {
        old = young
        young = new Set()
        characters = 0
      }
      return true
    }
  }
}
