/**
 * Imports a module that the settings file names, as that file itself would import it, and says why it cannot be had.
 */
import { Data, Effect } from "effect"
import { existsSync } from "node:fs"
import { createRequire, findPackageJSON, type RegisterHooksOptions, registerHooks } from "node:module"
import { dirname, resolve as resolvePath } from "node:path"
import { pathToFileURL } from "node:url"
import * as LoadFailure from "./LoadFailure.ts"

/** The module is not there, or cannot be used. */
export class NotLoaded extends Data.TaggedError("NotLoaded")<{
  /** Whether there is no such module, so that nothing of it was run. */
  readonly isMissing: boolean
  /** What follows the module's name in a sentence. */
  readonly message: string
}> {}

/** Whether a specifier is a path, and not the name of a package. */
export const isPath = (specifier: string): boolean => /^(?:\.{0,2}\/|file:|[A-Za-z]:[\\/])/.test(specifier)

/** Imports a package, an entry point of one, or a path, from where `file` is. */
export const load = (specifier: string, file: string): Effect.Effect<object, NotLoaded> =>
  Effect.suspend(() => {
    const { imported, wasFound } = importFrom(specifier, pathToFileURL(file).href)
    return Effect.tryPromise({
      try: () => imported,
      catch: (error) => {
        const missing = wasFound() ? undefined : whyNotFound(specifier, file, error)
        return new NotLoaded({
          isMissing: missing !== undefined,
          message: missing ?? `cannot be loaded: ${LoadFailure.describe(error)}`
        })
      }
    })
  })

/** The version of the package that a module is in; `null` where it is in none, or that has no version. */
export const versionOf = (specifier: string, file: string): string | null => {
  const manifest = manifestOf(specifier, file)
  if (manifest === undefined) return null
  const content: unknown = createRequire(file)(manifest)
  return typeof content === "object" && content !== null && "version" in content && typeof content.version === "string"
    ? content.version
    : null
}

/** Only a hook can say from where a specifier is to be resolved. */
const importFrom = (specifier: string, parentURL: string) => {
  let isFound = false
  const alias = `scanjobs-plugin:${specifier} ${parentURL}`
  const resolve: RegisterHooksOptions["resolve"] = (asked, context, next) => {
    if (asked !== alias) return next(asked, context)
    const found = next(specifier, { ...context, parentURL })
    isFound = true
    return found
  }
  const hooks = registerHooks({ resolve })
  const imported: Promise<object> = import(alias)
  return { imported: imported.finally(() => hooks.deregister()), wasFound: () => isFound }
}

const whyNotFound = (specifier: string, file: string, error: unknown): string | undefined => {
  if (!(error instanceof Error) || !("code" in error)) return undefined
  const manifest = manifestOf(specifier, file)
  if (error.code === "ERR_PACKAGE_PATH_NOT_EXPORTED") {
    return `is installed, but has no entry point for import: the "exports" of ${manifest} need a "default" for it`
  }
  if (error.code !== "ERR_MODULE_NOT_FOUND") return undefined
  if (isPath(specifier)) return `cannot be loaded: there is no file ${resolvePath(dirname(file), specifier)}`
  const [, target = ""] = /^Cannot find (?:module|package) '([^']+)'/.exec(error.message) ?? []
  if (manifest !== undefined) return `is installed, but its file ${target} is not there: build it, or install it anew`
  return existsSync(resolvePath(dirname(file), specifier))
    ? `is not installed; if the file ${specifier} is meant, write ./${specifier}`
    : `is not installed: install it beside ${file}`
}

const manifestOf = (specifier: string, file: string): string | undefined => {
  try {
    return findPackageJSON(specifier, pathToFileURL(file))
  } catch {
    return undefined
  }
}
