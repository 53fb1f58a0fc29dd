/**
 * What is looked at, as it stands in the address.
 */
import * as Model from "./model.ts"
import * as Zone from "./zone.ts"

export const ranges = [
  ["24 h", Model.day],
  ["3 days", 3 * Model.day],
  ["7 days", 7 * Model.day],
  ["30 days", 30 * Model.day]
] as const

export interface View {
  readonly range: number
  /** Where the span ends; `undefined` where it goes on with the time. */
  readonly until: number | undefined
  readonly isList: boolean
  /** What is shown needs attention for one of these reasons; for none of them, everything is shown. */
  readonly only: ReadonlyArray<Model.Problem>
  readonly text: string
  readonly zone: Zone.Zone
  readonly job: string | undefined
}

const usualRange = 3 * Model.day

export const fromAddress = (search: string): View => {
  const given = new URLSearchParams(search)
  const range = Number(given.get("days")) * Model.day
  const until = Date.parse(given.get("until") ?? "")
  const only = given.getAll("only")
  return {
    range: ranges.some(([, length]) => length === range) ? range : usualRange,
    until: Number.isNaN(until) ? undefined : until,
    isList: given.get("view") === "list",
    only: Model.problems.filter((name) => only.includes(name)),
    text: given.get("text") ?? "",
    zone: Zone.named(given.get("tz") ?? "") ?? Zone.here,
    job: given.get("job") ?? undefined
  }
}

export const toAddress = ({ isList, job, only, range, text, until, zone }: View): string => {
  const given = new URLSearchParams()
  if (range !== usualRange) given.set("days", String(range / Model.day))
  if (until !== undefined) given.set("until", new Date(until).toISOString())
  if (isList) given.set("view", "list")
  for (const name of only) given.append("only", name)
  if (text !== "") given.set("text", text)
  if (zone !== Zone.here) given.set("tz", zone)
  if (job !== undefined) given.set("job", job)
  const search = given.toString()
  return search === "" ? location.pathname : `?${search}`
}
