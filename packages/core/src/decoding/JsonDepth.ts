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

/**
 * Whether JSON has more levels than that. Called for every answer: `for … in` lists the names of an object from V8's cache,
 * where `Object.values` makes an array.
 */
export const isExceeded = (json: unknown, levels = most): boolean => isNested(json) && isDeeper(json, levels)

/** JSON that holds other JSON. */
type Nested = { readonly [name: string]: unknown } | ReadonlyArray<unknown>

const isNested = (json: unknown): json is Nested => typeof json === "object" && json !== null

const isList = (json: Nested): json is ReadonlyArray<unknown> => Array.isArray(json)

const isDeeper = (json: Nested, levels: number): boolean => {
  if (levels === 0) return true
  if (isList(json)) {
    for (const item of json) if (isNested(item) && isDeeper(item, levels - 1)) return true
    return false
  }
  for (const name in json) {
    const value = json[name]
    if (isNested(value) && isDeeper(value, levels - 1)) return true
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
