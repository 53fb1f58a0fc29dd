/**
 * Prepares the program's arguments for the parser.
 */

/** Options whose value may begin with `-`, as in `--from -7d`; the parser would take it for an option of its own. */
const signed = new Set(["--from", "--until", "--since"])

/** Options with a short name that take several values, repeated or separated by commas. The short names are the same letters as in help. */
const lists: ReadonlyMap<string, string> = new Map([
  ["--connection", "-c"],
  ["--provider", "-p"],
  ["--tag", "-t"],
  ["--listing", "-l"],
  ["--kind", "-k"],
  ["--state", "-s"],
  ["--category", "-g"]
])

const isList = new Set([...[...lists].flat(), "--fail-on", "--verdict", "--what"])

/**
 * Joins `--from -7d` to `--from=-7d`, and splits `--state failed,skipped` into `--state failed --state skipped`. What follows
 * `--` is left alone.
 */
export const prepare = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const prepared: Array<string> = []
  let option: string | undefined
  for (const [index, arg] of args.entries()) {
    if (arg === "--") return [...prepared, ...args.slice(index)]
    const previous = option
    option = undefined
    if (previous !== undefined && signed.has(previous) && /^-\d/.test(arg)) {
      prepared[prepared.length - 1] = `${previous}=${arg}`
      continue
    }
    if (previous !== undefined && isList.has(previous) && arg.includes(",")) {
      prepared.pop()
      prepared.push(...split(arg).flatMap((value) => [previous, value]))
      continue
    }
    const [name = "", ...rest] = arg.split("=")
    if (rest.length > 0 && isList.has(name)) prepared.push(...split(rest.join("=")).map((value) => `${name}=${value}`))
    else prepared.push(arg)
    option = arg
  }
  return prepared
}

const split = (values: string): ReadonlyArray<string> => {
  const parts = values.split(",").map((value) => value.trim())
  const named = parts.filter((value) => value !== "")
  return named.length === 0 ? [""] : named
}
