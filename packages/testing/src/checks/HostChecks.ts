/**
 * The check of a vendor with several servers: each is asked for what is its own, and none is sent to another one.
 */
import { Effect } from "effect"
import { type Definition, expect, Found, start } from "./Check.ts"
import type { Fault } from "../faults/Fault.ts"
import * as Faults from "../faults/Faults.ts"
import * as ForeignServer from "./ForeignServer.ts"
import * as Reading from "./Reading.ts"
import type { Bench, Stage } from "./Subject.ts"
import * as VendorHosts from "./VendorHosts.ts"

/** Reads at the vendor's own servers, and tells which origins were asked. */
const readAt = (
  bench: Bench,
  elsewhere: string,
  fault: Fault,
  settings?: { readonly [key: string]: unknown }
): Effect.Effect<Visit, Found, Effect.Services<ReturnType<typeof start>>> =>
  Effect.gen(function* () {
    const vendor = yield* start(bench, fault)
    const emulator = vendor.address
    if (emulator === undefined) return yield* new Found({ what: "the subject's connection has no `baseUrl`" })
    const { origins = [], others = [] } = bench.expected.hosts ?? {}
    const stage = vendor.atHosts(settings)
    const reading = yield* Reading.read(stage, {
      client: VendorHosts.layer({ emulator, origins: [...origins, ...others], elsewhere })
    })
    const declared = (yield* stage.ledger.entries).filter(({ endpoint }) => endpoint !== null)
    const own = declared.filter(({ endpoint }) => endpoint === bench.expected.wire.endpoint)
    const originsOf = (entries: typeof declared) => new Set(entries.map(({ origin }) => origin))
    return { reading, stage, asked: originsOf(declared), listed: originsOf(own) }
  })

/** A reading, and what it asked. */
interface Visit {
  readonly reading: Reading.Reading
  readonly stage: Stage
  /** The origins of the requests to declared endpoints, such as those of parents. */
  readonly asked: ReadonlySet<string>
  /** The origins of the requests to the listing's own endpoint. */
  readonly listed: ReadonlySet<string>
}

const ownServers: Definition = {
  id: "C44",
  title: "each server of the vendor is asked, with a credential that it accepts, and none leads to another",
  advice:
    "`baseUrl` must give the server of the listing and scope that it gets; where a token is good for one server only, use `Credential.forAudience`; give links to `Paging.link` as they are",
  appliesNot: ({ expected }) =>
    expected.hosts === undefined ? "the subject names no servers of the vendor" : undefined,
  verify: (bench) =>
    Effect.gen(function* () {
      const { hosts, wire } = bench.expected
      const { origins, others = [], settings } = hosts ?? { origins: [] }
      const foreign = yield* ForeignServer.serve
      const all = yield* readAt(bench, foreign.origin, Faults.none, settings)
      const [visit] = yield* foreign.visits
      yield* expect(visit === undefined, `a request went to a server that is none of the subject's: ${visit}`)
      const strange = others.find((origin) => all.asked.has(origin))
      yield* expect(strange === undefined, `${strange} was asked, which has other listings`)
      yield* expect(
        Reading.isWhole(all.reading),
        `at the vendor's own servers, the listing ${Reading.endOf(all.reading)}`
      )
      const left = origins.find((origin) => !all.listed.has(origin))
      const what = all.asked.has(left ?? "") ? "was asked for parents, and for no page of the listing" : "was not asked"
      yield* expect(left === undefined, `${left} ${what}`)
      const refused = (yield* all.stage.ledger.entries).find(({ credential }) => credential === "refused")
      yield* expect(refused === undefined, `${refused?.origin} was sent a credential that it does not accept`)

      const home = yield* readAt(bench, foreign.origin, Faults.none)
      const other = [...others, ...origins].find((origin) => !home.asked.has(origin))
      if (other === undefined)
        return yield* new Found({
          what: "the subject's connection asks all servers that it names: let it read one scope, or name `others`"
        })
      const redirected: Fault = (request, nth) =>
        request.endpoint === wire.endpoint && request.origin !== other
          ? Faults.redirect(`${other}${request.path}`)(request, nth)
          : undefined
      const leading: ReadonlyArray<readonly [how: string, fault: Fault]> = [
        ["redirects to", redirected],
        ...(wire.next?.is === "link" ? [["links to", Faults.foreignLink(wire, other)] as const] : [])
      ]
      for (const [how, fault] of leading) {
        const { asked, reading } = yield* readAt(bench, foreign.origin, fault)
        const circumstance = `where a server ${how} another one of the vendor's`
        yield* expect(!asked.has(other), `${circumstance}, that one was asked`)
        yield* expect(
          reading.reason?._tag === "ForeignLink",
          `${circumstance}, the listing ${Reading.endOf(reading)}, and not with ForeignLink`
        )
      }
    })
}

/** The checks of servers. */
export const checks: ReadonlyArray<Definition> = [ownServers]
