/**
 * What `--demo` is for a command that stays: every built-in vendor's emulator, in which time goes on for as long as the command runs, and
 * three days that have already passed. These days are read as any others, only faster: the clock of the vendors and of the readings is put back,
 * and goes forward from one reading to the next. One vendor more refuses since yesterday.
 */
import { RateLimit } from "@scanjobs/core"
import { Clock, type Duration, Effect } from "effect"
import * as BuiltIn from "../plugins/BuiltIn.ts"
import type { Source } from "../plugins/Plugin.ts"
import { type Demo, DemoVendors } from "./DemoVendors.ts"

const hour = 3_600_000
const past = 72 * hour

/** How long before the present the past is read, in order. Close enough that what is planned is seen before its time. */
const readings = [72, 50, 30, 20.5, 14, 9, 5, 2].map((hours) => hours * hour)

/** How long before the present the first vendor began to refuse. */
const refused = 20 * hour

/** A clock whose time of day can be put back. */
class PutBack implements Clock.Clock {
  private readonly real: Clock.Clock
  /** Milliseconds. */
  by = past

  constructor(real: Clock.Clock) {
    this.real = real
  }
  currentTimeMillisUnsafe(): number {
    return this.real.currentTimeMillisUnsafe() - this.by
  }
  readonly currentTimeMillis: Effect.Effect<number> = Effect.sync(() => this.currentTimeMillisUnsafe())
  currentTimeNanosUnsafe(): bigint {
    return this.real.currentTimeNanosUnsafe() - BigInt(this.by) * 1_000_000n
  }
  readonly currentTimeNanos: Effect.Effect<bigint> = Effect.sync(() => this.currentTimeNanosUnsafe())
  monotonicTimeNanosUnsafe(): bigint {
    return this.real.monotonicTimeNanosUnsafe()
  }
  readonly monotonicTimeNanos: Effect.Effect<bigint> = Effect.sync(() => this.monotonicTimeNanosUnsafe())
  sleep(duration: Duration.Duration): Effect.Effect<void> {
    return this.real.sleep(duration)
  }
}

/** Where a round reads: on the vendors that live, or on those that the settings name. */
type Where = <A, E, R>(round: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * Says where a command reads that stays. With `--demo`, it starts the vendors until the scope ends, and has `round` read their past, except
 * where the store knows one already.
 */
export const prepare = Effect.fnUntraced(function* <E, R>(
  { demo, isNew }: { readonly demo: boolean; readonly isNew: boolean },
  round: Effect.Effect<unknown, E, R>
) {
  if (!demo) return (<A, E1, R1>(given: Effect.Effect<A, E1, R1>) => given) satisfies Where
  const real = yield* Clock.Clock
  const clock = new PutBack(real)
  const now = yield* Clock.currentTimeMillis
  const sources = yield* BuiltIn.sources
  const usual = sources.map((source) => ({ source, name: source.provider.id, refusesFrom: undefined }))
  const refusing = sources.slice(0, 1).map((source) => ({
    source,
    name: `${source.provider.id}-lab`,
    refusesFrom: now - refused
  }))
  const vendors = yield* Effect.forEach([...usual, ...refusing], serve).pipe(Effect.provideService(Clock.Clock, clock))
  const settings: Demo = {
    providers: sources.map(({ provider }) => provider),
    ids: sources.map(({ provider }) => provider.id),
    connections: vendors.map(({ connection }) => connection),
    tags: new Map(),
    sections: {}
  }
  // Emulators remember every request, and a command that stays makes many.
  const forgetting = Effect.forEach(vendors, ({ ledger }) => ledger.clear)
  const where: Where = (one) => one.pipe(Effect.provideService(DemoVendors, settings), Effect.ensuring(forgetting))
  for (const before of isNew ? readings : []) {
    clock.by = before
    yield* where(round).pipe(Effect.provideService(Clock.Clock, clock), Effect.provide(RateLimit.layerUnlimited))
  }
  clock.by = 0
  return where
})

const serve = Effect.fnUntraced(function* ({
  name,
  refusesFrom,
  source: { playground, provider }
}: {
  readonly source: Source
  readonly name: string
  readonly refusesFrom: number | undefined
}) {
  const emulator = yield* Effect.orDie(playground)
  if (emulator === undefined) return yield* Effect.die(new Error(`${provider.id} has no emulator`))
  const { ledger, settings } = yield* Effect.orDie(emulator.serve({ live: 1, seed: name, refusesFrom }))
  const decoded = provider.decode({ ...settings, name, provider: provider.id })
  return { ledger, connection: yield* Effect.orDie(Effect.fromResult(decoded)) }
})
