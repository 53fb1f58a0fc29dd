/**
 * Checks, with stable ids, of what every provider must do.
 *
 * The checks read the provider's listings from its own emulator, over HTTP, with and without faults. `checks` returns them as
 * data. `@scanjobs/testing/conformance` registers them as tests.
 *
 * **Example** (every check of a provider, outside a test runner)
 *
 * ```ts
 * import { type Provider } from "@scanjobs/core"
 * import { Conformance } from "@scanjobs/testing"
 * import { Console, Effect } from "effect"
 *
 * declare const subject: Conformance.Subject<"acme", {}, {}, never>
 *
 * export const program = Effect.forEach(Conformance.checks(subject), (check) =>
 *   check.skip === undefined
 *     ? Effect.scoped(check.run).pipe(
 *         Effect.matchEffect({
 *           onSuccess: () => Console.log(`${check.title}: ok`),
 *           onFailure: (failure) => Console.log(failure.message)
 *         })
 *       )
 *     : Console.log(`${check.title}: not checked, because ${check.skip}`)
 * )
 * ```
 */
import type { Provider } from "@scanjobs/core"
import { Effect, type Schema, type Scope } from "effect"
import {
  Blocked,
  ConformanceFailure,
  type Definition,
  type Foundation,
  foundations,
  type Healthy,
  readHealthy,
  start,
  usual
} from "../checks/Check.ts"
import * as DecodingChecks from "../checks/DecodingChecks.ts"
import * as ConnectionChecks from "../checks/ConnectionChecks.ts"
import * as DefaultChecks from "../checks/DefaultChecks.ts"
import * as EmptyPageChecks from "../checks/EmptyPageChecks.ts"
import * as HorizonChecks from "../checks/HorizonChecks.ts"
import * as HostChecks from "../checks/HostChecks.ts"
import * as IsolationChecks from "../checks/IsolationChecks.ts"
import * as JobChecks from "../checks/JobChecks.ts"
import * as ListlessChecks from "../checks/ListlessChecks.ts"
import * as PagingChecks from "../checks/PagingChecks.ts"
import * as PartChecks from "../checks/PartChecks.ts"
import * as QuotaChecks from "../checks/QuotaChecks.ts"
import * as QueryChecks from "../checks/QueryChecks.ts"
import * as Reading from "../checks/Reading.ts"
import * as RefusalChecks from "../checks/RefusalChecks.ts"
import * as RowChecks from "../checks/RowChecks.ts"
import * as SigningChecks from "../checks/SigningChecks.ts"
import * as StateChecks from "../checks/StateChecks.ts"
import { type Bench, benches, type CheckId, type Subject } from "../checks/Subject.ts"
import * as TransportChecks from "../checks/TransportChecks.ts"

export { Blocked, ConformanceFailure } from "../checks/Check.ts"
export { unread } from "../checks/Subject.ts"
export type {
  CheckId,
  Expected,
  ExpectedParents,
  Forbidden,
  Hosts,
  Skips,
  Start,
  Subject,
  SubjectOf,
  Vendor
} from "../checks/Subject.ts"

/**
 * One check of one listing.
 *
 * @since 0.1.0
 * @category models
 */
export interface Check {
  readonly id: CheckId
  readonly listing: string
  /** Such as `C13 · an answer of 503, then success, gives each record once`. */
  readonly title: string
  /** Why it does not apply; `undefined` if it applies. */
  readonly skip: string | undefined
  /** Fails with what was seen and what to do, or with `Blocked` if another check must pass first. */
  readonly run: Effect.Effect<void, ConformanceFailure | Blocked, Scope.Scope>
}

const definitions: ReadonlyArray<Definition> = [
  ...ConnectionChecks.checks,
  ...RefusalChecks.checks,
  ...PagingChecks.checks,
  ...HorizonChecks.checks,
  ...EmptyPageChecks.checks,
  ...TransportChecks.checks,
  ...RowChecks.checks,
  ...DecodingChecks.checks,
  ...QueryChecks.checks,
  ...JobChecks.checks,
  ...IsolationChecks.checks,
  ...QuotaChecks.checks,
  ...SigningChecks.checks,
  ...StateChecks.checks,
  ...HostChecks.checks,
  ...DefaultChecks.checks,
  ...PartChecks.checks,
  ...ListlessChecks.checks
].toSorted((a, b) => a.id.localeCompare(b.id))

/**
 * The ids and titles of all checks, in order.
 *
 * **Example** (a table of contents)
 *
 * ```ts
 * import { Conformance } from "@scanjobs/testing"
 *
 * export const contents = Conformance.catalogue.map(({ id, title }) => `${id}  ${title}`)
 * ```
 *
 * @since 0.1.0
 * @category conformance
 */
export const catalogue: ReadonlyArray<{ readonly id: CheckId; readonly title: string }> = definitions.map(
  ({ id, title }) => ({ id, title })
)

/**
 * The checks of a subject: each check for each listing that the subject reads. Checks of the provider as a whole are run for the first
 * listing only.
 *
 * @since 0.1.0
 * @category conformance
 */
export const checks = <Id extends string, Fields extends Schema.Struct.Fields, L extends Provider.Listings, E>(
  subject: Subject<Id, Fields, L, E>
): ReadonlyArray<Check> =>
  benches(subject).flatMap((bench, index) => {
    const ground = groundOf(bench)
    return definitions
      .filter(({ ofParents = false, once = false }) => (bench.of === "parents" ? ofParents : index === 0 || !once))
      .map((definition) => checkOf(definition, bench, ground))
  })

/** What a listing does without faults, and the first of the foundations that fails. */
interface Ground {
  readonly healthy: Healthy
  readonly fails: Foundation | undefined
}

/** Read once for all checks of a listing. */
const groundOf = (bench: Bench): Effect.Effect<Ground> => {
  let known: Ground | undefined
  const read = Effect.gen(function* (): Effect.fn.Return<Ground, never, Scope.Scope> {
    const good = yield* Reading.check(yield* start(bench))
    const { ids, reading, sent } = yield* readHealthy(bench)
    const healthy = { ids, reading, sent }
    // Of parents, C04 is the only foundation: the others are about the listing itself.
    if (bench.of === "parents") {
      const scopes = new Set(reading.jobs.map(({ scope }) => scope)).size
      const areRead = Reading.isWhole(reading) && sent.size === usual.rows && scopes === sent.size
      return { healthy, fails: areRead ? undefined : "C04" }
    }
    if (!good.isGood) return { healthy, fails: "C02" }
    if (reading.pages.length === 0) return { healthy, fails: "C03" }
    const isWhole = Reading.isWhole(reading) && sent.size === usual.rows && reading.rejected === 0
    if (!isWhole) return { healthy, fails: "C04" }
    const areKnown =
      bench.expected.several === true ? Reading.repeatsOf(reading) === 0 : new Set(ids).size === sent.size
    return { healthy, fails: areKnown ? undefined : "C27" }
  })
  return Effect.suspend(() =>
    known === undefined
      ? Effect.tap(Effect.scoped(read), (ground) => Effect.sync(() => (known = ground)))
      : Effect.succeed(known)
  )
}

const checkOf = (definition: Definition, bench: Bench, ground: Effect.Effect<Ground>): Check => {
  const { advice, id, needs = "C27", verify } = definition
  const { listing } = bench
  const title = `${definition.title}${bench.level === 0 ? "" : `, also of ${"the parents of ".repeat(bench.level - 1)}its parents`}`
  const adviceFor = typeof advice === "string" ? () => advice : advice
  const reach = needs === null ? -1 : foundations.indexOf(needs)
  return {
    id,
    listing,
    title: `${id} · ${title}`,
    skip: bench.expected.skips?.[id] ?? definition.appliesNot?.(bench),
    run: Effect.gen(function* () {
      const { fails, healthy } = yield* ground
      if (fails !== undefined && foundations.indexOf(fails) <= reach)
        return yield* new Blocked({ check: id, by: fails })
      yield* Effect.catchTag(verify(bench, healthy), "Found", ({ what }) =>
        Effect.fail(new ConformanceFailure({ check: id, listing, title, found: what, advice: adviceFor(bench) }))
      )
    })
  }
}
