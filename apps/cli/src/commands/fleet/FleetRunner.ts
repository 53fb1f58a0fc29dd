/**
 * What `scanjobs serve --fleet` does beside serving: it is a runner of the fleet.
 */
import { Catalog } from "@scanjobs/core"
import { Roster, Runner, type SealingKeys, SyncQueue } from "@scanjobs/fleet"
import { Notices, Store, Sync } from "@scanjobs/history"
import { Cause, Effect, Layer, Option, Predicate, Random, Redacted, Result, Schedule, Schema, Stream } from "effect"
import { hostname } from "node:os"
import manifest from "scanjobs/package.json" with { type: "json" }
import { SettingsProblem, UsageProblem } from "../../Problem.ts"
import * as BuiltIn from "../../plugins/BuiltIn.ts"
import type { Installed } from "../../plugins/Plugin.ts"
import * as KnownSecrets from "../../report/KnownSecrets.ts"
import * as Report from "../../report/Report.ts"
import * as StandardError from "../../report/StandardError.ts"
import type * as HistoryStore from "../../services/HistoryStore.ts"
import * as FleetSection from "../../settings/FleetSection.ts"
import * as HistorySections from "../../settings/HistorySections.ts"
import * as Settings from "../../settings/Settings.ts"
import type { Syncing } from "../history/HistoryFlags.ts"
import * as HistorySync from "../history/Sync.ts"
import * as Reading from "../Reading.ts"
import * as SharedQuotas from "../SharedQuotas.ts"
import * as FleetDatabase from "./FleetDatabase.ts"

/** What was given on the command line. */
export type Input = Pick<Syncing, "config" | "rateLimit" | "timeout" | "back" | "concurrency">

/** A runner until it is told to stop. */
export const run = Effect.fnUntraced(function* (input: Input, place: HistoryStore.Place, store: Store.Service) {
  const settings = yield* Settings.load(input.config, { mayLackConnections: true })
  const { fleet, ...history } = settings.sections
  yield* KnownSecrets.add(HistorySections.secretsOf(history))
  const secrets = yield* KnownSecrets.withConnections(settings.connections)
  const keys = yield* FleetDatabase.keysOf(fleet)
  yield* SharedQuotas.check(input.rateLimit)
  if (Option.isNone(input.rateLimit) && settings.sections.redis === undefined) {
    return yield* new UsageProblem({
      message:
        "--fleet: the vendors' quotas hold over all runners only in a Redis that they share; name it in the settings as redis, or with --rate-limit"
    })
  }
  const limits = yield* SharedQuotas.open(input.rateLimit, settings)
  const deadlines = yield* Reading.deadlinesOf(input.timeout)
  const back = yield* HistorySync.backOf(input.back)
  const inStore = Effect.provideService(Store.Store, store)
  yield* inStore(FleetDatabase.ready)
  const inFile = new Map(settings.connections.map((connection) => [connection.name, connection]))
  const planned = settings.connections.map(({ name, provider }): Roster.Planned => {
    const { every, priority, tenant } = FleetSection.planOf(fleet, name)
    return { name, provider, every, priority, tenant, settings: null }
  })
  const warn = (message: string) => StandardError.print([`note: ${secrets.scrub(message)}`])
  yield* Effect.mapError(
    inStore(Roster.put(planned, undefined)),
    ({ message }) => new SettingsProblem({ problems: [`store: ${message}`] })
  )

  const sync = Effect.fnUntraced(function* (taken: Runner.Taken) {
    const found = yield* connectionOf(taken, settings, inFile, keys)
    if (Result.isFailure(found)) return found.failure
    const { connection, provider, tags } = found.success
    yield* KnownSecrets.withConnections([connection])
    let failure: Cause.Cause<unknown> | undefined
    yield* Sync.all(Catalog.make(provider), [connection], ({ cause }) => Effect.sync(() => void (failure ??= cause)), {
      policy: HistorySections.policyOf(history),
      back,
      ...(tags === undefined ? {} : { tagsOf: () => tags })
    }).pipe(Stream.runDrain)
    return outcomeOf(failure, secrets.scrub)
  })

  const name = `${hostname()}-${process.pid}-${(yield* Random.nextIntBetween(0, 0xffff)).toString(16)}`
  yield* warn(`this is the runner ${name}`)
  const stdio = yield* Effect.context<Effect.Services<ReturnType<typeof warn>>>()
  const onProblem = (message: string) => Effect.ignore(Effect.provideContext(warn(message), stdio))
  const tellers =
    history.notify === undefined || history.notify.length === 0
      ? Effect.never
      : notices(history.notify, secrets.scrub, warn)
  const runner = Runner.run({
    name,
    version: manifest.version,
    slots: Option.getOrUndefined(input.concurrency) ?? fleet?.slots,
    tenantSlots: fleet?.tenantSlots,
    sync,
    onProblem
  })
  const queue = yield* Layer.build(SyncQueue.layer(Redacted.make(place.place))).pipe(
    Effect.mapError(({ message }) => new SettingsProblem({ problems: [message] }))
  )
  return yield* Effect.raceFirst(runner, tellers).pipe(
    Effect.provide(deadlines),
    Effect.provide(limits),
    Effect.provideContext(queue),
    inStore,
    Effect.mapError((error) => new SettingsProblem({ problems: [error.message] }))
  )
}, Effect.scoped)

const failing = (reason: string, message: string) => Result.fail<Runner.Outcome>({ _tag: "failing", reason, message })

/** What a connection is that a runner has taken: of the settings file, or opened with the fleet's keys; or why it is none. */
const connectionOf = Effect.fnUntraced(function* (
  { name, provider: id, sealed }: Runner.Taken,
  { providers, tags: tagsInFile }: Settings.Settings,
  inFile: ReadonlyMap<string, Settings.Connection>,
  keys: SealingKeys.SealingKeys | undefined
): Effect.fn.Return<Result.Result<Found, Runner.Outcome>> {
  const provider = providers.find((one) => one.id === id) ?? (yield* BuiltIn.find(id))
  if (provider === undefined)
    return failing("NoProvider", `a runner has no provider ${id}; name its plugin in the settings`)
  if (sealed === null) {
    const connection = inFile.get(name)
    return connection === undefined
      ? failing("NotInSettings", "a runner has no such connection in its settings file; give all runners the same file")
      : Result.succeed({ connection, provider, tags: tagsInFile.get(name) })
  }
  if (keys === undefined)
    return failing("CannotUnseal", "a runner has no fleet.keys in its settings, so that it cannot open it")
  const opened = yield* Effect.result(keys.open(name, sealed))
  if (Result.isFailure(opened)) return failing("CannotUnseal", opened.failure.message)
  const { connection, tags } = decodeSealed(opened.success)
  return Result.mapBoth(provider.decode(connection), {
    onSuccess: (connection) => ({ connection, provider, tags }),
    onFailure: (problems): Runner.Outcome => ({
      _tag: "failing",
      reason: "InvalidConnection",
      message: problems.map(({ key, message }) => `${key}: ${message}`).join("; ")
    })
  })
})

/** What `scanjobs connections import` seals: a connection's settings, and its tags. */
const decodeSealed = Schema.decodeSync(
  Schema.fromJsonString(
    Schema.Struct({ connection: Schema.Record(Schema.String, Schema.Unknown), tags: Schema.Array(Schema.String) })
  )
)

/** A connection that is to be synced. */
interface Found {
  readonly connection: Settings.Connection
  readonly provider: Installed
  readonly tags: ReadonlyArray<string> | undefined
}

/** How a sync ended that failed with this, if it did. */
const outcomeOf = (cause: Cause.Cause<unknown> | undefined, scrub: (text: string) => string): Runner.Outcome => {
  if (cause === undefined) return { _tag: "whole" }
  const error = Cause.squash(cause)
  if (error instanceof Sync.SyncSuperseded) return { _tag: "superseded" }
  const inner = Predicate.hasProperty(error, "reason") ? error.reason : error
  const reason = Predicate.hasProperty(inner, "_tag") ? String(inner._tag) : "Failed"
  return { _tag: "failing", reason, message: scrub(error instanceof Error ? error.message : String(error)) }
}

/** Sends what is new to those who want to know. Of all runners, one at a time does so. */
const notices = <R>(
  targets: NonNullable<HistorySections.History["notify"]>,
  scrub: (text: string) => string,
  warn: (message: string) => Effect.Effect<void, never, R>
) =>
  Effect.gen(function* () {
    const { sql, transaction } = yield* Store.Store
    const told = Effect.gen(function* () {
      const [row] = yield* sql<{
        readonly mine: boolean
      }>`SELECT pg_try_advisory_xact_lock(hashtext('scanjobs notices')) AS mine`
      return row?.mine === true ? yield* Notices.tell(targets, { scrub }) : []
    })
    for (const { error, notices } of yield* transaction(told)) {
      yield* warn(`notify: ${error.message}; ${Report.count(notices, "notice")} will be sent again`)
    }
  }).pipe(
    Effect.catch((error) => warn(`notify: ${error.message}`)),
    Effect.repeat(Schedule.spaced("15 seconds")),
    Effect.andThen(Effect.never)
  )
