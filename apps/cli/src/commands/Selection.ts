/**
 * Which connections a command works on: those of the settings file, or of emulators, that its options choose.
 */
import { Effect, type Option } from "effect"
import { Suggestion } from "@scanjobs/settings"
import { UsageProblem } from "../Problem.ts"
import * as KnownSecrets from "../report/KnownSecrets.ts"
import * as HistorySections from "../settings/HistorySections.ts"
import * as Settings from "../settings/Settings.ts"
import { DemoVendors } from "./DemoVendors.ts"

/** The options' values. */
export interface Input {
  readonly config: Option.Option<string>
  readonly demo: boolean
  readonly connection: ReadonlyArray<string>
  readonly provider: ReadonlyArray<string>
  readonly tag: ReadonlyArray<string>
}

/** What there is to choose from. */
export type Available = Pick<Settings.Settings, "providers" | "ids" | "connections" | "tags">

const demo = Effect.flatMap(DemoVendors, (living) =>
  living === undefined
    ? Effect.flatMap(
        Effect.promise(() => import("./Demo.ts")),
        ({ settings }) => settings
      )
    : Effect.succeed(living)
)

/** Loads the settings, or starts the emulators of `--demo` until the scope ends, and chooses from their connections. */
export const open = Effect.fnUntraced(function* (input: Input) {
  const settings = input.demo ? { ...(yield* demo), file: undefined } : yield* Settings.load(input.config)
  yield* KnownSecrets.add(HistorySections.secretsOf(settings.sections))
  return { ...settings, connections: yield* choose(settings, input) }
})

/** The connections that all of the options admit, in the order of the settings. An option that is not given admits all. */
export const choose = (
  settings: Omit<Available, "providers">,
  { connection, provider, tag }: Pick<Input, "connection" | "provider" | "tag">
): Effect.Effect<Settings.Settings["connections"], UsageProblem> => {
  const { connections, tags } = settings
  const tagsOf = (name: string) => tags.get(name) ?? []
  const problems = [
    ...unmatched(
      "--connection",
      "connection",
      connection,
      connections.map(({ name }) => name)
    ),
    ...unmatched("--provider", "provider", provider, settings.ids),
    ...unmatched("--tag", "connection with the tag", tag, [...new Set(connections.flatMap(({ name }) => tagsOf(name)))])
  ]
  if (problems.length > 0) return Effect.fail(new UsageProblem({ message: problems.join("\n") }))
  const chosen = connections.filter(
    (one) => admits(connection, [one.name]) && admits(provider, [one.provider]) && admits(tag, tagsOf(one.name))
  )
  return chosen.length > 0
    ? Effect.succeed(chosen)
    : Effect.fail(
        new UsageProblem({
          message: `no connection matches all of ${given({ connection, provider, tag })}; there are ${some(
            connections.map((one) => `${one.name} (${one.provider})`)
          )}`
        })
      )
}

const given = (options: { readonly [name: string]: ReadonlyArray<string> }): string =>
  Object.entries(options)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `--${name} ${values.join(",")}`)
    .join(" and ")

/** Whether one of the values matches one of the patterns; no pattern admits all. */
export const admits = (patterns: ReadonlyArray<string>, values: ReadonlyArray<string>): boolean =>
  patterns.length === 0 || patterns.some((pattern) => values.some((value) => isMatch(pattern, value)))

/** Whether a pattern with `*` (any letters) and `?` (one letter) matches the whole of a name. */
export const isMatch = (pattern: string, name: string): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "su"
  ).test(name)

/** A pattern that matches nothing is a mistake: it would look like connections without jobs. */
const unmatched = (
  option: string,
  noun: string,
  patterns: ReadonlyArray<string>,
  names: ReadonlyArray<string>
): ReadonlyArray<string> =>
  patterns
    .filter((pattern) => !names.some((name) => isMatch(pattern, name)))
    .map(
      (pattern) =>
        `${option}: there is no ${noun} ${JSON.stringify(pattern)}${Suggestion.of(pattern, names)}; there are ${some(names)}`
    )

/** The listings that `--listing` names, each of which one of the chosen connections' providers has; all where none is named. */
export const listings = (named: ReadonlyArray<string>, { connections, providers }: Available) => {
  const used = new Set(connections.map(({ provider }) => provider))
  const known = new Set(providers.flatMap(({ id, listings }) => (used.has(id) ? Object.keys(listings) : [])))
  const problems = unmatched("--listing", "listing", named, [...known])
  if (problems.length > 0) return Effect.fail(new UsageProblem({ message: problems.join("\n") }))
  return Effect.succeed(
    named.length === 0 ? undefined : [...known].filter((name) => named.some((pattern) => isMatch(pattern, name)))
  )
}

/** How many names an error lists before the others are only counted. */
const mostListed = 10

const some = (names: ReadonlyArray<string>): string => {
  const shown = names
    .slice(0, mostListed)
    .map((name) => JSON.stringify(name))
    .join(", ")
  return names.length <= mostListed ? shown || "none" : `${shown} and ${names.length - mostListed} more`
}
