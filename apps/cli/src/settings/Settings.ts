/**
 * The settings: which connections there are, of which providers. Everything that is wrong with them is found at once,
 * before any vendor is asked.
 */
import { Effect, type Option, Result } from "effect"
import * as BuiltIn from "../plugins/BuiltIn.ts"
import * as ConnectionSettings from "./ConnectionSettings.ts"
import * as Placeholders from "./Placeholders.ts"
import * as Plugin from "../plugins/Plugin.ts"
import { SettingsProblem, UsageProblem } from "../Problem.ts"
import * as SettingsFile from "./SettingsFile.ts"

/** What a settings file says. */
export interface Settings {
  readonly providers: ReadonlyArray<Plugin.Source>
  readonly connections: ReadonlyArray<ConnectionSettings.Connection>
}

const knownKeys = new Set(["connections", "plugins", "$schema"])

/** Loads and checks the named settings file, or the default one. */
export const load = Effect.fnUntraced(function* (named: Option.Option<string>) {
  const file = yield* SettingsFile.read(named)
  const { content, problems, providers } = yield* open(file)
  const settings = yield* connectionsOf(content, file.folder, providers)
  const all = [...problems, ...settings.problems]
  if (all.length > 0) return yield* new SettingsProblem({ problems: all })
  return { providers, connections: settings.connections }
})

/** The providers that are installed: those built in and, where there is a settings file, its plugins. */
export const installed = Effect.fnUntraced(function* (named: Option.Option<string>) {
  if (!(yield* SettingsFile.isThere(named))) return BuiltIn.all
  const { problems, providers } = yield* open(yield* SettingsFile.read(named))
  if (problems.length > 0) return yield* new SettingsProblem({ problems })
  return providers
})

/** The connections of these names, or all where none is named. */
export const select = ({ connections }: Settings, names: ReadonlyArray<string>) => {
  const unknown = names.filter((name) => !connections.some((connection) => connection.name === name))
  return unknown.length > 0
    ? Effect.fail(
        new UsageProblem({
          message: `--connection: there is no connection ${list(unknown)}; there are ${list(connections.map(({ name }) => name))}`
        })
      )
    : Effect.succeed(names.length === 0 ? connections : connections.filter(({ name }) => names.includes(name)))
}

const list = (names: ReadonlyArray<string>): string => names.map((name) => JSON.stringify(name)).join(", ") || "none"

/** The file's own keys, and its plugins. */
const open = Effect.fnUntraced(function* (file: SettingsFile.SettingsFile) {
  const problems: Array<string> = []
  if (typeof file.content !== "object" || file.content === null || Array.isArray(file.content)) {
    return yield* new SettingsProblem({ problems: [`${file.path}: expected an object with the key connections`] })
  }
  const content: { readonly [key: string]: unknown } = { ...file.content }
  for (const key of Object.keys(content)) {
    if (!knownKeys.has(key)) problems.push(`${key}: is not a key of the settings file; expected connections or plugins`)
  }
  const { plugins = [] } = content
  if (!Array.isArray(plugins)) {
    return { content, problems: [...problems, "plugins: expected array of string"], providers: BuiltIn.all }
  }
  const environment = yield* Placeholders.lookUp(Placeholders.namesIn(plugins))
  let providers = BuiltIn.all
  for (const [index, plugin] of plugins.entries()) {
    const specifier = Placeholders.fill(plugin, environment)
    if (typeof specifier !== "string" || specifier === "") {
      problems.push(`plugins.${index}: expected the name of a package or a path`)
      continue
    }
    const unset = [...Placeholders.namesIn(specifier)]
    if (unset.length > 0) {
      problems.push(`plugins.${index}: ${ConnectionSettings.unset(unset)}`)
      continue
    }
    const found = yield* Effect.result(Plugin.load(specifier, file.path))
    const added = Result.flatMap(found, (sources) => Plugin.add(providers, sources))
    if (Result.isSuccess(added)) providers = added.success
    else problems.push(`plugins.${index}: ${JSON.stringify(specifier)} ${added.failure}`)
  }
  return { content, problems, providers }
})

const connectionsOf = Effect.fnUntraced(function* (
  { connections }: { readonly [key: string]: unknown },
  folder: string,
  providers: ReadonlyArray<Plugin.Source>
) {
  if (connections === undefined)
    return { connections: [], problems: ["connections: missing key; expected array of object"] }
  if (!Array.isArray(connections)) return { connections: [], problems: ["connections: expected array of object"] }
  if (connections.length === 0)
    return { connections: [], problems: ["connections: is empty; expected at least one connection"] }
  const environment = yield* Placeholders.lookUp(Placeholders.namesIn(connections))
  const problems: Array<string> = []
  const good: Array<ConnectionSettings.Connection> = []
  const names = new Set<string>()
  for (const [index, input] of connections.entries()) {
    const {
      connection,
      label,
      name,
      problems: own
    } = yield* ConnectionSettings.decode(input, {
      position: index + 1,
      folder,
      environment,
      providers: providers.map(({ provider }) => provider)
    })
    for (const { key, message } of own) problems.push(`${label}: ${key === "" ? "" : `${key}: `}${message}`)
    if (name !== undefined && names.has(name))
      problems.push(`${label}: name: is used twice; expected a name of its own`)
    if (name !== undefined) names.add(name)
    if (connection !== undefined) good.push(connection)
  }
  return { connections: good, problems }
})
