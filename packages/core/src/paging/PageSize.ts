/**
 * How many rows a page is asked for: at least one, because a page of none looks like the end.
 */

/** The size that is given, or made of a start; what is no size throws. */
export const of = <Start>(size: number | ((start: Start) => number)): ((start: Start) => number) => {
  if (typeof size === "function") return (start) => checked(size(start))
  const known = checked(size)
  return () => known
}

const checked = (size: number): number => {
  if (Number.isInteger(size) && size >= 1) return size
  throw new Error(
    `a page has the \`size\` ${size}: make it a whole number from 1 on, with a check of the setting that says it, if any`
  )
}
