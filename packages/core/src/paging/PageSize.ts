/**
 * How many rows to request for each page. At least one, because a page without rows looks like the end.
 */

/** The size itself, or the function that gives it; a size that is no whole number from 1 on throws. */
export const of = <Start>(size: number | ((start: Start) => number)): ((start: Start) => number) => {
  if (typeof size === "function") return (start) => checked(size(start))
  const known = checked(size)
  return () => known
}

const checked = (size: number): number => {
  if (Number.isInteger(size) && size >= 1) return size
  throw new Error(
    `the page \`size\` must be a whole number from 1 on, got ${size}; if a setting gives it, check that setting in its schema`
  )
}
