/**
 * The settings of this program: the library's, with the built-in providers, and with errors that say what to type.
 */
import { Problem, type Plugin, Settings as Library } from "@scanjobs/settings"
import * as PluginModule from "@scanjobs/settings/plugins"
import { Effect, FileSystem, Option } from "effect"
import * as BuiltIn from "../plugins/BuiltIn.ts"
import { ofPlugin, type Source } from "../plugins/Plugin.ts"
import { SettingsProblem } from "../Problem.ts"

/** A decoded connection; its provider knows its other settings. */
export type Connection = Library.Settings["connections"][number]

/** The name of the settings file where no other is given. */
export const { defaultName } = Library

/** What a settings file says. */
export interface Settings {
  /** The absolute path of the file. */
  readonly file: string
  readonly providers: ReadonlyArray<Source>
  readonly connections: ReadonlyArray<Connection>
  /** The tags of each connection, by its name. */
  readonly tags: ReadonlyMap<string, ReadonlyArray<string>>
}

const optionsOf = (named: Option.Option<string>) => ({
  file: Option.getOrUndefined(named),
  providers: BuiltIn.all.map(({ provider }) => provider),
  plugins: PluginModule.load
})

const withPlugins = (plugins: ReadonlyArray<Plugin.Plugin>): ReadonlyArray<Source> => [
  ...BuiltIn.all,
  ...plugins.map(ofPlugin)
]

/** Loads and checks the named settings file, or the default one. */
export const load = (named: Option.Option<string>) =>
  Library.load(optionsOf(named)).pipe(
    Effect.map(({ connections, file, plugins, tags }): Settings => ({
      file,
      providers: withPlugins(plugins),
      connections,
      tags
    })),
    Effect.mapError(problemOf)
  )

/** The providers that are installed: the built-in ones and, where there is a settings file, those of its plugins. */
export const installed = Effect.fnUntraced(function* (named: Option.Option<string>) {
  if (!(yield* isThere(named))) return BuiltIn.all
  return withPlugins(yield* Effect.mapError(Library.loadPlugins(optionsOf(named)), problemOf))
})

/** Whether there is a settings file to read: one is named, or the default one exists. */
const isThere = Effect.fnUntraced(function* (named: Option.Option<string>) {
  if (Option.isSome(named)) return true
  const files = yield* FileSystem.FileSystem
  return yield* Effect.orElseSucceed(files.exists(defaultName), () => true)
})

/** Whether the settings file exists and is empty. A shell creates the target of `>` before this program starts. */
export const isEmpty = Effect.fnUntraced(function* (named: Option.Option<string>) {
  const files = yield* FileSystem.FileSystem
  const file = Option.getOrElse(named, () => defaultName)
  const content = yield* Effect.orElseSucceed(files.readFileString(file), () => "there is none")
  return content.trim() === ""
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
