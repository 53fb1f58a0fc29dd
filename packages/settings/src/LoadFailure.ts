/**
 * Why a module could not be loaded, in one line.
 */

/** The error's kind and place. A message other than the engine's own is left out, because the module may hold secrets. */
export const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return "it throws"
  const name = /^[A-Z]\w{0,60}$/i.test(error.name) ? error.name : "Error"
  if ("code" in error && typeof error.code === "string" && error.code.startsWith("ERR_")) {
    return `${name}: ${firstLine(error.message)}`
  }
  const place = placeOf(error.stack ?? "")
  return place === undefined ? name : `${name} at ${place}`
}

/**
 * The file and the line where an error arose. The engine begins the stack of a syntax error with it; otherwise it is the first
 * frame in a file. The message stands between the two, and may hold paths, too.
 */
const placeOf = (stack: string): string | undefined =>
  /^(?:file:\/\/)?(\/[^\s()]{1,1000}:\d+)\n/.exec(stack)?.[1] ??
  /\n +at (?:[^\n(]{1,200} \()?(?:file:\/\/)?(\/[^\s()]{1,1000}:\d+:\d+)\)?(?:\n|$)/.exec(stack)?.[1]

const firstLine = (text: string): string => text.slice(0, 1000).split("\n", 1).join("")
