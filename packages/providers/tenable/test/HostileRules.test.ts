import * as TenableEmulator from "@scanjobs/tenable/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { connect, list, scan } from "./Tenant.ts"

/** Rules whose runs are counted from year 1 on, which takes some milliseconds each. */
const rules = [
  "FREQ=DAILY;COUNT=750000",
  "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=750000",
  "FREQ=MONTHLY;BYMONTHDAY=31,-31;COUNT=700000",
  "FREQ=YEARLY;BYDAY=1SU,-1SU,53MO;COUNT=700000",
  "FREQ=DAILY;INTERVAL=999999999;COUNT=99999999"
]

const scans = Array.from({ length: 15 }, (_, index) =>
  scan(index, {
    enabled: true,
    starttime: "00010101T000000",
    rrules: rules[index % rules.length],
    timezone: "America/New_York"
  })
)

/** Runs an effect, and counts the turns of the event loop meanwhile. */
const turnsOf = Effect.fnUntraced(function* <A, E>(effect: Effect.Effect<A, E>) {
  let turns = 0
  let isOver = false
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  yield* effect
  isOver = true
  return turns
})

describe("a page of rules that take long to count", () => {
  it.live("lets the event loop turn between its rows", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({ scans })
      const usual = yield* turnsOf(list(connect(vendor), "scans"))
      const turns = yield* turnsOf(list(connect(vendor), "planned"))
      assert.isAtLeast(turns - usual, 5)
    })
  )
})
