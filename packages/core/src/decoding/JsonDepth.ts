/**
 * Bounds how deeply the JSON of an answer is nested.
 *
 * `JSON.parse` reads any depth, but `JSON.stringify`, and every function that calls itself for nested values, throws where the
 * stack ends. No vendor nests the answers of a listing by more than a few levels.
 */

/** The most levels of arrays and objects in one another. */
export const most = 200

/** Stands for an array or object that lies deeper. */
const marker = "\u0000 nested too deeply"

/** Whether JSON has more levels than that. */
export const isExceeded = (json: unknown, levels = most): boolean => {
  if (typeof json !== "object" || json === null) return false
  if (levels === 0) return true
  if (Array.isArray(json)) {
    for (const item of json) if (typeof item === "object" && isExceeded(item, levels - 1)) return true
    return false
  }
  for (const value of Object.values(json)) {
    if (typeof value === "object" && isExceeded(value, levels - 1)) return true
  }
  return false
}

/** The same JSON with a marker in place of what lies too deep. */
export const cut = (json: unknown, levels = most): unknown => {
  if (typeof json !== "object" || json === null) return json
  if (levels === 0) return marker
  return Array.isArray(json)
    ? json.map((item) => cut(item, levels - 1))
    : Object.fromEntries(Object.entries(json).map(([name, value]) => [name, cut(value, levels - 1)]))
}

/** Whether a part of JSON that was cut holds a marker. */
export const isCut = (json: unknown): boolean => {
  if (typeof json !== "object" || json === null) return json === marker
  return Array.isArray(json) ? json.some(isCut) : Object.values(json).some(isCut)
}
