/**
 * Loads the settings file: its placeholders and files read, its plugins loaded, and its connections decoded by their providers.
 *
 * Everything that is wrong is found at once, before any vendor is asked.
 */
import type { Provider } from "@scanjobs/core"
import { Effect, Path, Predicate, Result } from "effect"
import type { ChildProcessSpawner } from "effect/process"
import * as ConnectionList from "./ConnectionList.ts"
import * as ConnectionSettings from "./ConnectionSettings.ts"
import * as KnownProviders from "./KnownProviders.ts"
import * as Nesting from "./Nesting.ts"
import * as Placeholders from "./Placeholders.ts"
import type { Installed, Lazy, Loader, Plugin } from "./Plugin.ts"
import { InvalidSettings, type Problem } from "./Problem.ts"
import * as SectionValues from "./SectionValues.ts"
import type * as Sections from "./Sections.ts"
import * as SettingsFile from "./SettingsFile.ts"
import * as Suggestion from "./Suggestion.ts"

/**
 * What a settings file says.
 *
 * @since 0.1.0
 * @category models
 */
export interface Settings<out P extends Installed = Installed, out S extends Sections.Sections = {}> {
  /** The absolute path of the file. */
  readonly file: string
  /** The providers that were given, those of {@link Dynamic.lazy} that were loaded, and then those of the file's plugins. */
  readonly providers: ReadonlyArray<P>
  /** Where each plugin's provider comes from. */
  readonly plugins: ReadonlyArray<Plugin>
  /** In the order of the file. */
  readonly connections: ReadonlyArray<Provider.ConnectionOf<P>>
  /** The tags of each connection, by its name. A connection without tags is in it, too. */
  readonly tags: ReadonlyMap<string, ReadonlyArray<string>>
  /** The values of the program's own keys that are in the file. */
  readonly sections: Sections.Values<S>
}

/**
 * What settings are loaded with.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<out P extends Installed, out S extends Sections.Sections = {}> {
  /** The file; default `scanjobs.json` in the current folder. `.ts`, `.mts`, `.mjs` and `.js` files are imported. */
  readonly file?: string | undefined
  /** The providers that need no plugin. */
  readonly providers: ReadonlyArray<P>
  /** Keys of the file that belong to the program. */
  readonly sections?: S | undefined
  /** Whether the file may do without `connections`, for a program that has them from elsewhere. Default false. */
  readonly mayLackConnections?: boolean | undefined
}

/**
 * Providers that the compiler does not know.
 *
 * @since 0.2.0
 * @category models
 */
export interface Dynamic {
  /** Loads what the file names as `plugins`. */
  readonly plugins: Loader
  /** Providers that are loaded only when a connection names them, or when `defaults` has a key that no loaded provider knows. */
  readonly lazy?: ReadonlyArray<Lazy> | undefined
}

/**
 * The default name of the settings file.
 *
 * **Example** (where settings are looked for)
 *
 * ```ts
 * import { Settings } from "@scanjobs/settings"
 *
 * export const file = process.env["SCANJOBS_CONFIG"] ?? Settings.defaultName
 * ```
 *
 * @since 0.1.0
 * @category models
 */
export const defaultName = SettingsFile.defaultName

/**
 * Loads and checks the settings file.
 *
 * Without `plugins`, a file that names plugins is refused, and each connection has its provider's own type. With it, a connection
 * may also be a plugin's, whose settings the compiler does not know. `NodeServices.layer` of `@effect/platform-node` has all services
 * that it needs.
 *
 * **Example** (the connections of two vendors)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { AvePoint } from "@scanjobs/avepoint"
 * import { Catalog } from "@scanjobs/core"
 * import { DigiCert } from "@scanjobs/digicert"
 * import { Settings } from "@scanjobs/settings"
 * import { Effect, Stream } from "effect"
 *
 * export const jobs = Stream.unwrap(
 *   Effect.gen(function* () {
 *     const { connections, providers } = yield* Settings.load({ providers: [DigiCert, AvePoint] })
 *     return Catalog.make(...providers).jobs(connections)
 *   })
 * ).pipe(Stream.provide(NodeServices.layer))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const load: {
  <P extends Installed, S extends Sections.Sections = {}>(
    options: Options<P, S> & Dynamic
  ): Effect.Effect<Settings<P | Installed, S>, InvalidSettings, Path.Path | ChildProcessSpawner.ChildProcessSpawner>
  <P extends Installed, S extends Sections.Sections = {}>(
    options: Options<P, S>
  ): Effect.Effect<Settings<P, S>, InvalidSettings, Path.Path | ChildProcessSpawner.ChildProcessSpawner>
} = <P extends Installed, S extends Sections.Sections>(options: Options<P, S> & Partial<Dynamic>) =>
  Effect.flatMap(SettingsFile.read(options.file), (file) => settingsOf(file, options))

/**
 * Checks settings that are at hand already, such as a row of a database or what an emulator gives, just as {@link load} checks
 * those of a file. Paths in them are relative to the folder of `file`.
 *
 * **Example** (settings of the program's own)
 *
 * ```ts
 * import { DigiCert } from "@scanjobs/digicert"
 * import { Settings } from "@scanjobs/settings"
 *
 * const connection = {
 *   name: "certificates",
 *   provider: "digicert",
 *   apiKey: "${cmd:op read op://security/digicert/key}",
 *   accountId: "5153184",
 *   divisionId: 677793,
 *   surveyDefIds: [293514]
 * }
 * export const settings = Settings.decode({ connections: [connection] }, { providers: [DigiCert] })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const decode: {
  <P extends Installed, S extends Sections.Sections = {}>(
    content: unknown,
    options: Options<P, S> & Dynamic
  ): Effect.Effect<Settings<P | Installed, S>, InvalidSettings, Path.Path | ChildProcessSpawner.ChildProcessSpawner>
  <P extends Installed, S extends Sections.Sections = {}>(
    content: unknown,
    options: Options<P, S>
  ): Effect.Effect<Settings<P, S>, InvalidSettings, Path.Path | ChildProcessSpawner.ChildProcessSpawner>
} = <P extends Installed, S extends Sections.Sections>(content: unknown, options: Options<P, S> & Partial<Dynamic>) =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    const file = path.resolve(options.file ?? defaultName)
    return yield* settingsOf({ path: file, folder: path.dirname(file), content }, options)
  })

const settingsOf = Effect.fnUntraced(function* <P extends Installed, S extends Sections.Sections>(
  file: SettingsFile.SettingsFile,
  options: Options<P, S> & Partial<Dynamic>
) {
  const { content, plugins, problems } = yield* open(file, options)
  const given = [...options.providers, ...plugins.map(({ provider }) => provider)]
  const known = KnownProviders.make(given, options.lazy ?? [])
  const isWithout = options.mayLackConnections === true && content["connections"] === undefined
  const read = yield* ConnectionList.decode(
    isWithout ? { ...content, connections: [] } : content,
    file.folder,
    known,
    isWithout
  )
  const sections = yield* SectionValues.decode(options.sections, content, file.folder)
  const all = [...problems, ...read.problems, ...sections.problems]
  if (all.length > 0) return yield* new InvalidSettings({ problems: all })
  const providers = yield* known.loaded
  return typed<P, S>(
    { file: file.path, providers, plugins, connections: read.connections, tags: read.tags },
    sections.values
  )
})

/** Each connection was decoded by the provider that it names: one of `P`, or a plugin's. */
const typed = <P extends Installed, S extends Sections.Sections>(
  settings: Omit<Settings, "sections">,
  sections: Sections.Values<S>
) => ({ ...settings, sections }) as Settings<P, S>

/**
 * Loads only the plugins of the settings file. Connections are ignored, so that no secret is read and no command of theirs runs.
 *
 * **Example** (what is installed)
 *
 * ```ts
 * import { DigiCert } from "@scanjobs/digicert"
 * import { Settings } from "@scanjobs/settings"
 * import * as PluginModule from "@scanjobs/settings/plugins"
 *
 * export const plugins = Settings.loadPlugins({ providers: [DigiCert], plugins: PluginModule.load })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const loadPlugins = Effect.fnUntraced(function* (options: Options<Installed, Sections.Sections> & Dynamic) {
  const { plugins, problems } = yield* open(yield* SettingsFile.read(options.file), options)
  return problems.length > 0 ? yield* new InvalidSettings({ problems }) : plugins
})

/**
 * Reads only the program's own keys of the settings file. Connections and plugins are ignored, so that no secret of theirs is read and no
 * command of theirs runs.
 *
 * **Example** (where the reports are)
 *
 * ```ts
 * import { Settings } from "@scanjobs/settings"
 * import { Effect, Schema } from "effect"
 *
 * export const reports = Effect.map(
 *   Settings.loadSections({ sections: { reports: Schema.String } }),
 *   ({ sections }) => sections.reports
 * )
 * ```
 *
 * @since 0.2.0
 * @category constructors
 */
export const loadSections = Effect.fnUntraced(function* <S extends Sections.Sections>(options: {
  readonly file?: string | undefined
  readonly sections: S
}) {
  const file = yield* SettingsFile.read(options.file)
  if (!isRecord(file.content)) return yield* notAnObject(file.path)
  const { problems, values } = yield* SectionValues.decode(options.sections, file.content, file.folder)
  if (problems.length > 0) return yield* new InvalidSettings({ problems })
  return { file: file.path, sections: values }
})

/**
 * What the settings file names as plugins, without loading any. Placeholders stay as they are.
 *
 * **Example** (what would be loaded)
 *
 * ```ts
 * import { Settings } from "@scanjobs/settings"
 *
 * export const named = Settings.pluginsNamed("scanjobs.json")
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const pluginsNamed = Effect.fnUntraced(function* (file?: string) {
  const { content } = yield* SettingsFile.read(file)
  const named = isRecord(content) ? content["plugins"] : undefined
  return Array.isArray(named) ? named.filter((plugin) => typeof plugin === "string") : []
})

/**
 * A connection's secrets, as they stand in the settings and as they are sent; for hiding them in texts of your own.
 *
 * Errors and rows of this library never hold them. Only connections of {@link load} have any.
 *
 * **Example** (a log line without secrets)
 *
 * ```ts
 * import { Settings } from "@scanjobs/settings"
 *
 * export const hide = (text: string, connection: object) =>
 *   Settings.secretsOf(connection).reduce((hidden, secret) => hidden.replaceAll(secret, "…"), text)
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const secretsOf: (connection: object) => ReadonlyArray<string> = ConnectionSettings.secretsOf

const ownKeys = ["connections", "plugins", "defaults", "$schema"]

/** The file's own keys, and its plugins. */
const open = Effect.fnUntraced(function* (
  file: SettingsFile.SettingsFile,
  options: Options<Installed, Sections.Sections> & Partial<Dynamic>
) {
  const problems: Array<Problem> = []
  if (!isRecord(file.content)) {
    return yield* notAnObject(file.path)
  }
  // JSON was checked when it was read; a module, or a program, may give any value.
  if (Nesting.isExceeded(file.content)) {
    return yield* new InvalidSettings({
      problems: [
        {
          code: "InvalidValue",
          at: file.path,
          message: `is nested too deeply; expected at most ${Nesting.most} levels of arrays and objects in one another`
        }
      ]
    })
  }
  const { content } = file
  const keys = [...ownKeys, ...Object.keys(options.sections ?? {})]
  for (const key of Object.keys(content)) {
    if (keys.includes(key)) continue
    const message = `is not a key of the settings file${Suggestion.of(key, keys)}; expected one of ${keys.join(", ")}`
    problems.push({ code: "UnknownKey", at: key, message })
  }
  const { plugins: named = [] } = content
  const plugins: Array<Plugin> = []
  if (!Array.isArray(named)) {
    problems.push({ code: "InvalidValue", at: "plugins", message: "expected array of string" })
    return { content, problems, plugins }
  }
  const builtIn = [...options.providers, ...(options.lazy ?? [])].map(({ id }) => id)
  const values = yield* Placeholders.resolve(named, file.folder)
  for (const [index, plugin] of named.entries()) {
    const at = `plugins.${index}`
    const specifier = Placeholders.fill(plugin, values)
    const unresolved = Placeholders.unresolved(plugin, values)
    if (unresolved.length > 0) {
      problems.push(...unresolved.map(({ code, message }) => ({ code, at, message })))
    } else if (typeof specifier !== "string" || specifier === "") {
      problems.push({ code: "InvalidValue", at, message: "expected the name of a package or a path" })
    } else {
      const found = yield* Effect.result(options.plugins?.(specifier, file.path) ?? Effect.fail(noLoader))
      const added = Result.flatMap(found, (more) => add(builtIn, plugins, more))
      if (Result.isSuccess(added)) plugins.push(...added.success)
      else problems.push({ code: "PluginFailed", at, message: `${JSON.stringify(specifier)} ${added.failure}` })
    }
  }
  return { content, problems, plugins }
})

const notAnObject = (path: string) =>
  new InvalidSettings({
    problems: [{ code: "InvalidValue", at: path, message: "expected an object with the key connections" }]
  })

const noLoader = "cannot be loaded: this program loads no plugins"

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  Predicate.isObject(value) && !Array.isArray(value)

/** The plugin's providers, or which of their ids is taken. */
const add = (
  known: ReadonlyArray<string>,
  plugins: ReadonlyArray<Plugin>,
  found: ReadonlyArray<Plugin>
): Result.Result<ReadonlyArray<Plugin>, string> => {
  const ids = new Map([
    ...known.map((id) => [id, "built-in"] as const),
    ...plugins.map(({ provider, specifier }) => [provider.id, specifier] as const)
  ])
  for (const { provider, specifier } of found) {
    const other = ids.get(provider.id)
    if (other !== undefined) {
      const from = other === specifier ? "the same plugin" : other
      return Result.fail(`its provider ${JSON.stringify(provider.id)} is there already, from ${from}`)
    }
    ids.set(provider.id, specifier)
  }
  return Result.succeed(found)
}
