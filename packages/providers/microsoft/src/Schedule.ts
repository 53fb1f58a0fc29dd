/**
 * What the trigger of a scan plans.
 */
import { Recurrence, type ScanJob, Time } from "@scanjobs/core"
import { Result } from "effect"
import type * as Api from "./Api.ts"
import * as ScanPath from "./ScanPath.ts"

type When = typeof Api.Recurrence.Type

/** The trigger, and its planned runs within a span. One that is disabled has none. */
export const ofTrigger = (
  { properties, validationErrorInfo }: Api.Trigger,
  scan: typeof ScanPath.Names.Type,
  span: Recurrence.Span
): ReadonlyArray<ScanJob.Fields> => {
  const { recurrence, state = "Enabled" } = properties
  const common = {
    vendorId: "default",
    definitionId: ScanPath.textOf(scan),
    name: ScanPath.nameOf(scan),
    category: "data" as const,
    detail: validationErrorInfo ?? null
  }
  const definition: ScanJob.Fields = { ...common, kind: "definition", state: stateOf(state), vendorState: state }
  if (definition.state !== "scheduled") return [definition]
  const begin = Time.fromIso(recurrence?.startTime) ?? Number.NaN
  const planned = Recurrence.planned(
    recurrenceOf(recurrence ?? {}),
    Number.isNaN(begin) ? span : { from: Math.max(span.from, begin), until: span.until },
    { ...common, vendorId: "default/run" }
  )
  return [definition, ...[planned].flat()]
}

const stateOf = (state: string | null): ScanJob.State => {
  if (state === null || /^enabled$/i.test(state)) return "scheduled"
  return /^disabled$/i.test(state) ? "paused" : "unknown"
}

type Read = ReturnType<typeof Recurrence.fromRule>

const unreadable = (part: string, problem: string): Read => Result.fail({ part, problem })

const frequencies: { readonly [frequency: string]: string } = {
  hour: "HOURLY",
  day: "DAILY",
  week: "WEEKLY",
  month: "MONTHLY"
}

/** The fields of a schedule that each frequency takes. What others would mean is not documented. */
const takes: { readonly [frequency: string]: ReadonlyArray<string> } = {
  hour: [],
  day: ["hours", "minutes"],
  week: ["hours", "minutes", "weekDays"],
  month: ["hours", "minutes", "monthDays", "monthlyOccurrences"]
}

/** Reads a recurrence. Where its meaning is not documented, it cannot be read. */
const recurrenceOf = ({ endTime, frequency, interval, schedule, startTime, timeZone }: When): Read => {
  const freq = (frequency ?? "").toLowerCase()
  if (!Object.hasOwn(frequencies, freq))
    return unreadable("frequency", `${JSON.stringify(frequency ?? null)} is not known`)
  const given = Object.entries(schedule ?? {}).filter(([, value]) => Array.isArray(value) && value.length > 0)
  const foreign = given.find(([name]) => takes[freq]?.includes(name) !== true)
  if (foreign !== undefined) return unreadable(foreign[0], `has no documented meaning with the frequency ${frequency}`)
  const { hours, minutes, monthDays, monthlyOccurrences, weekDays } = listsOf(schedule)
  if (hours.length > 0 !== minutes.length > 0) {
    return unreadable(hours.length > 0 ? "hours" : "minutes", "has no documented meaning alone")
  }
  if (monthDays.length > 0 && monthlyOccurrences.length > 0) {
    return unreadable("monthDays", "has no documented meaning beside monthlyOccurrences")
  }
  const start = Time.fromIso(startTime)
  if (start === null || Number.isNaN(start)) {
    return unreadable("startTime", `${JSON.stringify(startTime ?? null)} is not a time`)
  }
  const end = Time.fromIso(endTime)
  if (Number.isNaN(end)) return unreadable("endTime", `${JSON.stringify(endTime)} is not a time`)
  const days = [
    ...weekDays.map(dayOf),
    ...monthlyOccurrences.map(({ day, occurrence }) => `${occurrence}${dayOf(day)}`)
  ]
  const rule = [
    `FREQ=${frequencies[freq]}`,
    `INTERVAL=${interval ?? 1}`,
    ...(end === null ? [] : [`UNTIL=${new Date(end).toISOString().replaceAll(/[-:]|\.\d+/g, "")}`]),
    ...listed("BYDAY", days),
    ...listed("BYMONTHDAY", monthDays),
    ...listed("BYHOUR", hours),
    ...listed("BYMINUTE", minutes)
  ].join(";")
  // Times of the schedule are whole minutes; without one, the start itself recurs.
  const first = hours.length > 0 ? Math.floor(start / 60_000) * 60_000 : start
  return Recurrence.fromRule({ start: first, rule, zone: zoneOf(timeZone) })
}

const listsOf = (schedule: When["schedule"]) => ({
  hours: schedule?.hours ?? [],
  minutes: schedule?.minutes ?? [],
  weekDays: schedule?.weekDays ?? [],
  monthDays: schedule?.monthDays ?? [],
  monthlyOccurrences: schedule?.monthlyOccurrences ?? []
})

const listed = (name: string, values: ReadonlyArray<string | number>): ReadonlyArray<string> =>
  values.length === 0 ? [] : [`${name}=${values.join(",")}`]

const weekdays = new Set(["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"])

/** The name of a weekday as rules have it. One that is none makes the rule unreadable. */
const dayOf = (name: string): string => (weekdays.has(name.toLowerCase()) ? name.slice(0, 2) : JSON.stringify(name))

const zoneOf = (name: string | null | undefined): string =>
  name === null || name === undefined || name === "" || name === "UTC" ? "Etc/UTC" : name
