/**
 * Times as the clocks of a zone show them.
 */

/** The name of a zone, such as `Europe/Zurich` or `UTC`. */
export type Zone = string

/** The zone of this computer. */
export const here: Zone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** All zones that this browser knows, by continent. */
export const zones: ReadonlyMap<string, ReadonlyArray<Zone>> = Map.groupBy(
  Intl.supportedValuesOf("timeZone").filter((name) => name.includes("/")),
  (name) => name.split("/")[0] ?? ""
)

/** The zone of a name; `undefined` where this browser knows none. */
export const named = (name: string): Zone | undefined => {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}

const formats = new Map<Zone, Intl.DateTimeFormat>()

const formatOf = (zone: Zone) => {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric"
  })
  formats.set(zone, format)
  return format
}

/** What a clock shows. */
export interface Parts {
  readonly year: number
  /** From 0 on. */
  readonly month: number
  readonly date: number
  readonly hour: number
  readonly minute: number
}

/** How far a zone's clocks are ahead of UTC, in milliseconds. Asking the browser is slow, and it changes at full quarters of an hour only. */
const offsets = new Map<string, number>()
const quarter = 900_000

const offsetAt = (t: number, zone: Zone): number => {
  const from = Math.floor(t / quarter) * quarter
  const key = `${zone} ${from}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  const found = new Map(
    formatOf(zone)
      .formatToParts(from)
      .map(({ type, value }) => [type, Number(value)])
  )
  const part = (name: Intl.DateTimeFormatPartTypes) => found.get(name) ?? 0
  const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"))
  if (offsets.size > 20_000) offsets.clear()
  offsets.set(key, shown - from)
  return shown - from
}

/** What the clocks of a zone show at a time. */
export const partsOf = (t: number, zone: Zone): Parts & { readonly weekday: number } => {
  const d = new Date(t + offsetAt(t, zone))
  return {
    year: d.getUTCFullYear(),
    month: d.getUTCMonth(),
    date: d.getUTCDate(),
    weekday: d.getUTCDay(),
    hour: d.getUTCHours(),
    minute: d.getUTCMinutes()
  }
}

/** When the clocks of a zone show this. Parts may overflow, as hour 25. A time that clocks leave out is the one an hour later. */
export const instant = ({ date, hour, minute, month, year }: Parts, zone: Zone): number => {
  const shown = Date.UTC(year, month, date, hour, minute)
  const guess = shown - offsetAt(shown, zone)
  return shown - offsetAt(guess, zone)
}

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
export const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
const two = (n: number) => String(n).padStart(2, "0")

export const clock = (t: number, zone: Zone) => {
  const parts = partsOf(t, zone)
  return `${two(parts.hour)}:${two(parts.minute)}`
}
export const dayOf = (t: number, zone: Zone) => {
  const { date, month, weekday } = partsOf(t, zone)
  return `${weekdays[weekday]} ${date} ${months[month]}`
}
export const moment = (t: number, zone: Zone) => `${dayOf(t, zone)} ${clock(t, zone)}`
