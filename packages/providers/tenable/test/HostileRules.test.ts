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

/** Runs an effect, and gives its CPU time, and the most of it that passed between two turns of the event loop, in milliseconds. */
const stretchesOf = Effect.fnUntraced(function* <A, E>(effect: Effect.Effect<A, E>) {
  const cpu = () => process.cpuUsage().user / 1000
  const began = cpu()
  let last = began
  let longest = 0
  let isOver = false
  const look = () => {
    const now = cpu()
    longest = Math.max(longest, now - last)
    last = now
    if (!isOver) setImmediate(look)
  }
  setImmediate(look)
  yield* effect
  isOver = true
  return { all: cpu() - began, longest: Math.max(longest, cpu() - last) }
})

describe("a page of rules that take long to count", () => {
  it.live("lets the event loop turn between its rows", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({ scans })
      const { all, longest } = yield* stretchesOf(list(connect(vendor), "planned"))
      // Fifteen rows in one stretch would be nearly all of it.
      assert.isBelow(longest, all / 2)
    })
  )
})
