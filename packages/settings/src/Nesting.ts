/**
 * Bounds how deeply settings are nested, so that functions which call themselves for nested values cannot exhaust the stack. A
 * settings module may even give a value that contains itself.
 */

/** The most levels of arrays and objects in one another. Settings have about six. */
export const most = 64

/** Whether a value has more levels than that. Goes level by level, so that a value which is shared is visited once a level. */
export const isExceeded = (value: unknown): boolean => {
  let level = nestedIn([value])
  for (let depth = 0; level.size > 0; depth++) {
    if (depth === most) return true
    level = nestedIn([...level].flatMap((nested) => Object.values(nested)))
  }
  return false
}

const nestedIn = (values: ReadonlyArray<unknown>): ReadonlySet<object> =>
  new Set(values.filter((value) => typeof value === "object" && value !== null))
