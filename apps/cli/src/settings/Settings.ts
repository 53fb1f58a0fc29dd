/**
 * The settings of this program: the library's, with the built-in providers, and with errors that say what to type.
 */
import { Problem, type Plugin, Settings as Library } from "@scanjobs/settings"
import * as PluginModule from "@scanjobs/settings/plugins"
import { Effect, FileSystem, Option, Path } from "effect"
import * as BuiltIn from "../plugins/BuiltIn.ts"
import * as DistinctFiles from "../files/DistinctFiles.ts"
import { type Installed as Provider, ofPlugin, type Source } from "../plugins/Plugin.ts"
import { SettingsProblem } from "../Problem.ts"
import * as HistorySections from "./HistorySections.ts"
import * as Sections from "./Sections.ts"

/** A decoded connection; its provider knows its other settings. */
export type Connection = Library.Settings["connections"][number]

/** The name of the settings file where no other is given. */
export const { defaultName } = Library

/** What a settings file says. */
export interface Settings {
  /** The absolute path of the file. */
  readonly file: string
  /** Those of the connections. */
  readonly providers: ReadonlyArray<Provider>
  /** The ids of all that are installed, whether or not they are loaded. */
  readonly ids: ReadonlyArray<string>
  readonly connections: ReadonlyArray<Connection>
  /** The tags of each connection, by its name. */
  readonly tags: ReadonlyMap<string, ReadonlyArray<string>>
  /** The keys that belong to no connection. */
  readonly sections: Sections.Values
}

const optionsOf = (named: Option.Option<string>) => ({
  file: Option.getOrUndefined(named),
  providers: [],
  lazy: BuiltIn.all.map(({ id, load }): Plugin.Lazy => ({ id, load: Effect.map(load, ({ provider }) => provider) })),
  plugins: PluginModule.load,
  sections: Sections.sections
})

const withPlugins = (plugins: ReadonlyArray<Plugin.Plugin>) =>
  Effect.map(BuiltIn.sources, (builtIn) => [...builtIn, ...plugins.map(ofPlugin)])

/** Loads and checks the named settings file, or the default one. A fleet may have its connections in the database instead. */
export const load = (named: Option.Option<string>, { mayLackConnections = false } = {}) =>
  ownFile(named).pipe(
    Effect.andThen(Library.load({ ...optionsOf(named), mayLackConnections })),
    Effect.map(({ connections, file, plugins, providers, sections, tags }): Settings => ({
      file,
      providers,
      ids: [...BuiltIn.all.map(({ id }) => id), ...plugins.map(({ provider }) => provider.id)],
      connections,
      tags,
      sections
    })),
    Effect.catchTag("InvalidSettings", (error) => Effect.fail(problemOf(error)))
  )

/** A shell that sends the output to the settings file itself has emptied it, or adds to it. */
const ownFile = (named: Option.Option<string>) =>
  DistinctFiles.check([{ purpose: "the settings file", path: Option.getOrElse(named, () => defaultName) }])

/** What the settings file says about what is stored; nothing where there is none. Connections are not looked at. */
export const loadHistory = Effect.fnUntraced(function* (named: Option.Option<string>) {
  const path = yield* Path.Path
  const file = path.resolve(Option.getOrElse(named, () => defaultName))
  if (Option.isNone(named) && (yield* sizeOf(file)) === undefined) return undefined
  const { sections } = HistorySections
  const read = yield* Effect.mapError(Library.loadSections({ file, sections }), problemOf)
  const history: HistorySections.History = read.sections
  return { file: read.file, history }
})

/**
 * The providers that are installed: the built-in ones, and those of the plugins of a settings file that is named. A file that only
 * stands in the current folder may be somebody else's, and plugins are code; its plugins are told, and not loaded.
 *
 * A file that is empty counts as none: with `> scanjobs.json`, the shell creates it before this program starts.
 */
export const installed = Effect.fnUntraced(function* (named: Option.Option<string>) {
  const path = yield* Path.Path
  const file = path.resolve(Option.getOrElse(named, () => defaultName))
  const size = yield* sizeOf(file)
  if (size === 0 || (size === undefined && Option.isNone(named))) return found(yield* BuiltIn.sources)
  yield* ownFile(named)
  if (Option.isSome(named)) {
    const plugins = yield* Effect.mapError(Library.loadPlugins(optionsOf(named)), problemOf)
    return found(yield* withPlugins(plugins))
  }
  const plugins = yield* Effect.mapError(Library.pluginsNamed(file), problemOf)
  if (plugins.length === 0) return found(yield* BuiltIn.sources)
  return found(yield* BuiltIn.sources, [
    `note: the plugins of ${file} are not loaded, because that file was only found in this folder: ${plugins.map((plugin) => JSON.stringify(plugin)).join(", ")}`,
    `note: a plugin is code; if you trust these, add --config ${defaultName}, or set SCANJOBS_CONFIG`
  ])
})

/** The providers that are installed, and what to say about those that are not. */
export interface Installed {
  readonly providers: ReadonlyArray<Source>
  readonly notes: ReadonlyArray<string>
}

const found = (providers: ReadonlyArray<Source>, notes: ReadonlyArray<string> = []): Installed => ({ providers, notes })

/** The size of a regular file in bytes; of anything else that is there, some size; `undefined` where there is nothing. */
const sizeOf = Effect.fnUntraced(function* (file: string) {
  const files = yield* FileSystem.FileSystem
  const there = yield* Effect.option(files.stat(file))
  return Option.getOrUndefined(Option.map(there, ({ size, type }) => (type === "File" ? Number(size) : 1)))
})

/** A missing file is what a newcomer sees first, so that this error says how to get one. */
const problemOf = ({ problems }: Problem.InvalidSettings): SettingsProblem =>
  new SettingsProblem({
    codes: problems.map(({ code }) => code),
    problems: problems.map((problem) =>
      problem.code === "FileMissing" ? `${Problem.format(problem)}; ${howToBegin}` : Problem.format(problem)
    )
  })

const howToBegin =
  "write one with scanjobs init, try emulated vendors with scanjobs emulate > scanjobs.json, or name another file with --config FILE or SCANJOBS_CONFIG"
