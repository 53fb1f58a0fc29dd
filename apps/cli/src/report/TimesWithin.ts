/**
 * The times within a text, so that texts which differ in nothing else can be told as one.
 */

const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g

/** The first and the last of the times that stand at one place. */
export interface Range {
  readonly first: string
  readonly last: string
}

/** A text without its times. Texts with equal patterns differ in times only. */
export const pattern = (text: string): string => text.replaceAll(time, "\0")

/** Its times, in their order, each as a range of its own. */
export const of = (text: string): ReadonlyArray<Range> =>
  [...text.matchAll(time)].map(([found]) => ({ first: found, last: found }))

/** The ranges that hold both those of one text and those of another with the same pattern. */
export const merge = (ranges: ReadonlyArray<Range>, others: ReadonlyArray<Range>): ReadonlyArray<Range> =>
  ranges.map(({ first, last }, place) => {
    const other = others[place] ?? { first, last }
    return { first: other.first < first ? other.first : first, last: other.last > last ? other.last : last }
  })

/** A text with these ranges in place of its times. */
export const fill = (text: string, ranges: ReadonlyArray<Range>): string => {
  let place = 0
  return text.replaceAll(time, (found) => {
    const { first, last } = ranges[place++] ?? { first: found, last: found }
    return first === last ? first : `${first} to ${last}`
  })
}
