/**
 * A short number that stands for a text, to see whether the text has changed.
 */

const firstPrime = 2_654_435_761
const secondPrime = 1_597_334_677

const encoder = new TextEncoder()

/** The bytes of the text that is read, four at a time. It grows with the longest text. */
let bytes = new Uint8Array(8192)
let words = new Int32Array(bytes.buffer)

/** Puts the text's bytes into the buffer, filled up with zeros to whole words, and gives the number of words. */
const encode = (text: string): number => {
  // UTF-8 takes three bytes at most for each unit of UTF-16.
  if (bytes.length < 3 * text.length + 4) {
    bytes = new Uint8Array(4 * Math.ceil((6 * text.length) / 4) + 4)
    words = new Int32Array(bytes.buffer)
  }
  const { written } = encoder.encodeInto(text, bytes)
  bytes.fill(0, written, written + 4)
  return (written >>> 2) + 1
}

/**
 * 53 bits, which is what a floating-point number holds. Two texts with the same number are as rare as one pair in nine thousand
 * million million. It is no protection against texts that are made to have the same number, and depends on the machine's order of bytes.
 */
export const make = (text: string): number => {
  const count = encode(text)
  let high = 0xdeadbeef ^ text.length
  let low = 0x41c6ce57
  for (let index = 0; index < count; index++) {
    const word = words[index] ?? 0
    high = Math.imul(high ^ word, firstPrime)
    high ^= high >>> 15
    low = Math.imul(low ^ word, secondPrime)
    low ^= low >>> 13
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909)
  return 4_294_967_296 * (0x1f_ffff & low) + (high >>> 0)
}
