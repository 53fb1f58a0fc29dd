/**
 * What `scanjobs connections` does.
 */
import { Roster } from "@scanjobs/fleet"
import { Effect, Option, Schema, Stream } from "effect"
import { SettingsProblem, UsageProblem } from "../../Problem.ts"
import * as IsoTime from "../../output/IsoTime.ts"
import * as Length from "../../output/Length.ts"
import * as StandardOutput from "../../output/StandardOutput.ts"
import * as TextTable from "../../output/TextTable.ts"
import * as Visible from "../../output/Visible.ts"
import type { Installed } from "../../plugins/Plugin.ts"
import * as KnownSecrets from "../../report/KnownSecrets.ts"
import * as FleetSection from "../../settings/FleetSection.ts"
import * as Settings from "../../settings/Settings.ts"
import * as Rounds from "../history/Rounds.ts"
import * as StorePlace from "../history/StorePlace.ts"
import * as Selection from "../Selection.ts"
import * as FleetDatabase from "./FleetDatabase.ts"
import type { Importing, Named, Place, Showing } from "./FleetFlags.ts"

const print = (lines: ReadonlyArray<string>) =>
  StandardOutput.write(Stream.fromIterable(lines.map((line) => `${line}\n`)))

/** Puts the connections of a settings file into the database. */
export const add = Effect.fnUntraced(function* (input: Importing) {
  const settings = yield* Settings.load(input.config)
  const chosen = yield* Selection.choose(settings, input)
  yield* KnownSecrets.withConnections(chosen)
  const { fleet } = settings.sections
  const keys = yield* FleetDatabase.neededKeys(fleet)
  const place = yield* StorePlace.of({ named: input.store, file: settings.file, history: settings.sections })
  const every = yield* Rounds.interval(input.every)
  const planned = yield* Effect.forEach(chosen, (connection) => {
    const said = FleetSection.planOf(fleet, connection.name)
    return Effect.map(
      encoded(
        settings.providers.find(({ id }) => id === connection.provider),
        connection
      ),
      (encoded): Roster.Planned => ({
        name: connection.name,
        provider: connection.provider,
        settings: { connection: encoded, tags: settings.tags.get(connection.name) ?? [] },
        every: every ?? said.every,
        tenant: Option.getOrUndefined(input.tenant) ?? said.tenant,
        priority: Option.getOrUndefined(input.priority) ?? said.priority
      })
    )
  })
  const database = yield* FleetDatabase.open(place)
  const { added, updated } = yield* database(Roster.put(planned, keys))
  yield* print([`${added.length} added, ${updated.length} updated`])
}, Effect.scoped)

/** A connection as JSON, with its secrets. Placeholders are filled in already: a database must not name commands that a runner runs. */
const encoded = (provider: Installed | undefined, connection: Settings.Connection) =>
  provider === undefined
    ? Effect.fail(
        new SettingsProblem({ problems: [`${connection.name}: there is no provider ${connection.provider}`] })
      )
    : Effect.orDie(Schema.encodeUnknownEffect(Schema.toCodecJson(plain(provider.Connection)))(connection))

/** The schemas of settings need no services. */
const plain = (schema: Installed["Connection"]) => schema as unknown as Schema.Codec<unknown, unknown>

/** Opens the database that the settings or `--store` name. */
const opened = ({ config, store }: Place) =>
  Effect.flatMap(StorePlace.find({ config, store }), (place) => FleetDatabase.open(place))

/** Shows the connections of the database. */
export const list = Effect.fnUntraced(function* (input: Showing) {
  const database = yield* opened(input)
  const entries = yield* database(Roster.all)
  if (input.json) {
    yield* print(entries.map((entry) => JSON.stringify(entry)))
    return
  }
  const laid = TextTable.layOut(columns, entries, plainText)
  yield* print([TextTable.header(laid, plainText), ...entries.map((entry) => TextTable.line(entry, laid, plainText))])
}, Effect.scoped)

const plainText = { width: Number.POSITIVE_INFINITY, colour: false }

const stateOf = ({ failures, message, pausedAt, runner }: Roster.Entry): string => {
  if (pausedAt !== null) return "paused"
  if (failures > 0) return `failing (${failures}): ${message ?? ""}`
  return runner === null ? "" : `with ${runner}`
}

const columns: ReadonlyArray<TextTable.Column<Roster.Entry>> = [
  { title: "NAME", rank: 9, cell: ({ name }) => Visible.text(name) },
  { title: "PROVIDER", rank: 8, cell: ({ provider }) => Visible.text(provider) },
  { title: "TENANT", rank: 3, cell: ({ name, tenant }) => (tenant === name ? "" : Visible.text(tenant)) },
  { title: "EVERY", rank: 5, cell: ({ every }) => Length.shown(every) },
  { title: "SECRETS", rank: 2, cell: ({ isSealed, keyId }) => (isSealed ? `sealed ${keyId ?? ""}` : "settings file") },
  { title: "LAST", rank: 6, cell: ({ endedAt }) => (endedAt === null ? "never" : (IsoTime.isoOf(endedAt) ?? "")) },
  { title: "NEXT", rank: 4, cell: ({ nextAt, pausedAt }) => (pausedAt === null ? (IsoTime.isoOf(nextAt) ?? "") : "") },
  { title: "STATE", rank: 7, cell: (entry) => Visible.text(stateOf(entry)) }
]

const changes = { pause: Roster.pause, resume: Roster.resume, remove: Roster.remove }

const done = { pause: "paused", resume: "resumed", remove: "removed" }

/** Pauses, resumes or removes connections. A name that matches none is a mistake. */
export const change = Effect.fnUntraced(function* (what: keyof typeof changes, input: Named) {
  const database = yield* opened(input)
  const names = (yield* database(Roster.all)).map(({ name }) => name)
  const unmatched = input.names.filter((pattern) => !names.some((name) => Selection.isMatch(pattern, name)))
  if (unmatched.length > 0) {
    return yield* new UsageProblem({
      message: unmatched
        .map((pattern) => `there is no connection ${JSON.stringify(pattern)} in the database`)
        .join("\n")
    })
  }
  const chosen = names.filter((name) => input.names.some((pattern) => Selection.isMatch(pattern, name)))
  const changed = yield* database(changes[what](chosen))
  yield* print(
    chosen.map((name) => `${Visible.text(name)}: ${changed.includes(name) ? done[what] : `was ${done[what]} already`}`)
  )
}, Effect.scoped)

/** Seals all secrets with the first key. */
export const reseal = Effect.fnUntraced(function* (input: Place) {
  const settings = yield* Settings.load(input.config, { mayLackConnections: true })
  const keys = yield* FleetDatabase.neededKeys(settings.sections.fleet)
  const place = yield* StorePlace.of({ named: input.store, file: settings.file, history: settings.sections })
  const database = yield* FleetDatabase.open(place)
  const count = yield* database(Roster.reseal(keys)).pipe(
    Effect.catchTag("CannotUnseal", ({ message }) => Effect.fail(new SettingsProblem({ problems: [message] })))
  )
  yield* print([`${count} sealed again with the key ${keys.keyId}`])
}, Effect.scoped)
