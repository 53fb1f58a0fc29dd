/**
 * Imports a module that the settings file names, as that file itself would import it, and explains failures.
 */
import { Data, Effect } from "effect"
import { existsSync } from "node:fs"
import * as NodeModule from "node:module"
import { dirname, resolve as resolvePath } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as LoadFailure from "./LoadFailure.ts"
import * as ModulePatience from "./ModulePatience.ts"

/** The module is not there, or cannot be used. */
export class NotLoaded extends Data.TaggedError("NotLoaded")<{
  /** Whether the module does not exist. If it does, some of its code may have run. */
  readonly isMissing: boolean
  /** The end of a sentence that begins with the module's name. */
  readonly message: string
}> {}

/** Whether a specifier is a path, and not the name of a package. */
export const isPath = (specifier: string): boolean => /^(?:\.{0,2}\/|file:|[A-Za-z]:[\\/])/.test(specifier)

/** Whether it is a URL of code that is not in a file, such as `data:` or `https:`. A single letter is a drive of Windows. */
export const isForeign = (specifier: string): boolean => /^(?!file:)[a-z][a-z\d+.-]+:/i.test(specifier)

/** Imports a package, an entry point of a package, or a path, all as seen from `file`. */
export const load = (specifier: string, file: string): Effect.Effect<object, NotLoaded> =>
  Effect.suspend(() => {
    const { imported, wasFound } = importFrom(specifier, file)
    const loaded = Effect.tryPromise({
      try: () => imported,
      catch: (error) => {
        const missing = wasFound() ? undefined : whyNotFound(specifier, file, error)
        return new NotLoaded({
          isMissing: missing !== undefined,
          message: missing ?? `cannot be loaded: ${LoadFailure.describe(error)}`
        })
      }
    })
    return ModulePatience.bounded(loaded, (message) => new NotLoaded({ isMissing: false, message }))
  })

/** The version of the package that a module belongs to; `null` if there is no such package or it has no version. */
export const versionOf = (specifier: string, file: string): string | null => {
  const manifest = manifestOf(specifier, file)
  if (manifest === undefined) return null
  const content: unknown = NodeModule.createRequire(file)(manifest)
  return typeof content === "object" && content !== null && "version" in content && typeof content.version === "string"
    ? content.version
    : null
}

/** Node resolves a specifier from another file only in a hook. Other runtimes have no hooks, and resolve it as `require` does. */
const importFrom = (specifier: string, file: string) =>
  hasHooks() ? importByHook(specifier, pathToFileURL(file).href) : importByPath(specifier, file)

/** Bun has no hooks, whatever the types say. */
const hasHooks = (): boolean => "registerHooks" in NodeModule && typeof NodeModule.registerHooks === "function"

const importByHook = (specifier: string, parentURL: string) => {
  let isFound = false
  const alias = `scanjobs-plugin:${specifier} ${parentURL}`
  const resolve: NodeModule.RegisterHooksOptions["resolve"] = (asked, context, next) => {
    if (asked !== alias) return next(asked, context)
    const found = next(specifier, { ...context, parentURL })
    // Node has looked for the file by now; Deno has not.
    isFound = !found.url.startsWith("file:") || existsSync(fileURLToPath(found.url))
    return found
  }
  const hooks = NodeModule.registerHooks({ resolve })
  const imported: Promise<object> = import(alias)
  return { imported: imported.finally(() => hooks.deregister()), wasFound: () => isFound }
}

const importByPath = (specifier: string, file: string) => {
  let isFound = false
  const find = async (): Promise<object> => {
    const path = isPath(specifier)
      ? resolvePath(dirname(file), specifier)
      : NodeModule.createRequire(file).resolve(specifier)
    isFound = existsSync(path)
    return import(pathToFileURL(path).href)
  }
  return { imported: find(), wasFound: () => isFound }
}

const whyNotFound = (specifier: string, file: string, error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  const code = "code" in error ? error.code : undefined
  const manifest = manifestOf(specifier, file)
  if (code === "ERR_PACKAGE_PATH_NOT_EXPORTED") {
    return `is installed, but has no entry point for import: the "exports" of ${manifest} need a "default" for it`
  }
  if (!isMissing(code, error.message)) return undefined
  if (isPath(specifier)) return `cannot be loaded: there is no file ${resolvePath(dirname(file), specifier)}`
  const [, target = ""] = /^Cannot find (?:module|package) '([^']+)'/.exec(error.message) ?? []
  if (manifest !== undefined) return `is installed, but its file ${target} is not there: build it, or install it anew`
  return existsSync(resolvePath(dirname(file), specifier))
    ? `is not installed; if the file ${specifier} is meant, write ./${specifier}`
    : `is not installed: install it beside ${file}`
}

/** Node has a code for this, and another one in `require.resolve`; Deno has only a message. */
const isMissing = (code: unknown, message: string): boolean =>
  code === undefined
    ? message.startsWith("Module not found")
    : code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND"

const manifestOf = (specifier: string, file: string): string | undefined => {
  try {
    return hasHooks()
      ? NodeModule.findPackageJSON(specifier, pathToFileURL(file))
      : NodeModule.createRequire(file).resolve(`${specifier}/package.json`)
  } catch {
    return undefined
  }
}
