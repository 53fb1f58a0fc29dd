/**
 * Medians, spreads and slopes.
 */

/** What several runs gave. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** The spread of values. */
export const spread = (values: ReadonlyArray<number>): Spread => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    least: at(0),
    most: at(sorted.length - 1)
  }
}

/** The spread of a single value. */
export const single = (value: number): Spread => spread([value])

/** The straight line through points, by least squares. */
export const line = (
  points: ReadonlyArray<readonly [x: number, y: number]>
): { readonly slope: number; readonly intercept: number } => {
  const mean = (values: ReadonlyArray<number>) => values.reduce((sum, value) => sum + value, 0) / values.length
  const x = mean(points.map(([at]) => at))
  const y = mean(points.map(([, value]) => value))
  const slope =
    points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) /
    points.reduce((sum, [at]) => sum + (at - x) ** 2, 0)
  return { slope, intercept: y - slope * x }
}
