import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Redacted, Schema } from "effect"
import * as HistorySections from "../../src/settings/HistorySections.ts"
import { runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

const History = Schema.toCodecJson(
  Schema.Struct({
    store: Schema.optionalKey(HistorySections.sections.store),
    judgement: Schema.optionalKey(HistorySections.sections.judgement),
    notify: Schema.optionalKey(HistorySections.sections.notify)
  })
)
const decode = Schema.decodeUnknownEffect(History)

describe("the settings of what is stored", () => {
  it.effect("take a store as a place, or with how much is kept", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* decode({ store: "scans.db" }), { store: Redacted.make("scans.db") })
      const kept = yield* decode({
        store: { place: "postgres://me:pa55word@db/scans", retention: "730 days", raw: false }
      })
      assert.deepStrictEqual(kept.store, {
        place: Redacted.make("postgres://me:pa55word@db/scans"),
        retention: Duration.days(730),
        raw: false
      })
      assert.deepStrictEqual(HistorySections.secretsOf(kept), ["pa55word"])
    })
  )

  it.effect("give a definition its own rules, before those of its connection and the general ones", () =>
    Effect.gen(function* () {
      const pauses = [{ from: "2026-12-24T00:00:00Z", until: "2027-01-02T00:00:00+01:00" }]
      const history = yield* decode({
        judgement: {
          grace: "30 minutes",
          lag: "5 minutes",
          pauses,
          connections: {
            dc: { grace: "1 hour", definitions: { "293514": { grace: "2 hours" }, Weekly: { latest: "3 days" } } }
          }
        }
      })
      const policyOf = HistorySections.policyOf(history)
      const of = (connection: string, definitionId: string | null, name: string | null) => {
        const { grace, lag, latest } = policyOf({ connection, definitionId, name })
        return [grace, lag, latest].map((span) => (span === undefined ? null : Duration.toMinutes(span)))
      }
      assert.deepStrictEqual(of("other", null, null), [30, 5, null])
      assert.deepStrictEqual(of("dc", null, "Nightly"), [60, 5, null])
      assert.deepStrictEqual(of("dc", "293514", "Nightly"), [120, 5, null])
      assert.deepStrictEqual(of("dc", "7", "Weekly"), [60, 5, 4320])
      assert.deepStrictEqual(of("toString", "constructor", "valueOf"), [30, 5, null])
      assert.deepStrictEqual(policyOf({ connection: "dc", definitionId: null, name: null }).pauses, [
        { from: Date.parse("2026-12-24T00:00:00Z"), until: Date.parse("2027-01-01T23:00:00Z") }
      ])
    })
  )

  it.live("say what is wrong with them, and quote no address", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve({
        settings: {
          judgement: { grace: "soon" },
          notify: [{ when: ["lost"], to: "http://chat.example/hook-1", format: "slack" }]
        }
      })
      const ended = yield* runHere(["config", "check"], started)
      assert.strictEqual(ended.code, 2)
      assert.include(ended.stderr, 'judgement.grace: expected a length of time such as "30 minutes"')
      assert.include(ended.stderr, "notify.0.when.0: expected")
      assert.include(ended.stderr, "notify.0.to: expected an https: address")
      assert.notInclude(ended.stderr, "hook-1")
    })
  )
})
