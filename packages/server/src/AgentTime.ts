/**
 * Times as agents write them, who often do not know what time it is: ISO 8601, or a distance from now.
 */
import { Clock, Effect, Schema } from "effect"
import { BadArgument } from "./AgentProblem.ts"

const units: ReadonlyMap<string, number> = new Map([
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000]
])

const distance = /^([+-])(\d{1,6})([mhd])$/
const iso = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/

const expected = "an ISO 8601 date, a time with Z or an offset, or a distance from now such as -7d, -12h or +30m"

/** A time as a parameter. */
export const Parameter = (what: string) =>
  Schema.optionalKey(Schema.String.annotate({ description: `${what}: ${expected}` }))

/** The time in epoch milliseconds. */
export const read = (name: string, text: string): Effect.Effect<number, BadArgument> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const [, sign, count, unit = ""] = distance.exec(text) ?? []
    const far = Number(count) * (units.get(unit) ?? Number.NaN)
    const time =
      count === undefined ? (iso.test(text) ? Date.parse(text) : Number.NaN) : now + (sign === "-" ? -far : far)
    return Number.isNaN(time)
      ? Effect.fail(new BadArgument({ detail: `${name}: give ${expected}` }))
      : Effect.succeed(time)
  })

/** ISO 8601 in UTC. */
export const write = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString())
