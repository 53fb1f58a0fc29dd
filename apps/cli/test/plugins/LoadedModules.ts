/**
 * Imported before the program: says on standard error which providers' modules it loads, at its end.
 */
import { registerHooks } from "node:module"

const loaded = new Set<string>()
registerHooks({
  load(url, context, next) {
    const provider = /\/packages\/providers\/([^/]+)\/(?:src|dist)\//.exec(url)?.[1]
    if (provider !== undefined) loaded.add(provider)
    return next(url, context)
  }
})
process.on("exit", () => process.stderr.write(`loaded: ${[...loaded].join(", ")}\n`))
