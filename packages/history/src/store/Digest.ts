/**
 * A short number that stands for a text, to see whether the text has changed.
 */

const firstPrime = 2_654_435_761
const secondPrime = 1_597_334_677

/**
 * 53 bits, which is what a floating-point number holds. Two texts with the same number are as rare as one pair in nine thousand
 * million million. It is no protection against texts that are made to have the same number.
 */
export const make = (text: string): number => {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    high = Math.imul(high ^ code, firstPrime)
    low = Math.imul(low ^ code, secondPrime)
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909)
  return 4_294_967_296 * (0x1f_ffff & low) + (high >>> 0)
}
