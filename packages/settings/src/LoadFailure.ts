/**
 * Why a module could not be loaded, in one line.
 */

/** The error's kind and place. A message other than the engine's own is left out, because the module may hold secrets. */
export const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return "it throws"
  const isOwn = "code" in error && typeof error.code === "string" && error.code.startsWith("ERR_")
  const place = /(?:file:\/\/)?(\/[^\s()]+:\d+(?::\d+)?)/.exec(error.stack ?? "")?.[1]
  return isOwn || place === undefined ? `${error.name}: ${firstLine(error.message)}` : `${error.name} at ${place}`
}

const firstLine = (text: string): string => text.split("\n", 1).join("")
