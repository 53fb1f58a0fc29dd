/**
 * What a sync found to be different, in words and as counts.
 */
import type { Change } from "@scanjobs/history"
import * as TimeZone from "../../output/TimeZone.ts"
import * as Visible from "../../output/Visible.ts"
import * as Report from "../../report/Report.ts"

/** How many changes of one kind are named before the others are only counted. */
const mostNamed = 10

/** What is worth a line of its own. */
const alarms = ["missed", "overdue", "failed", "late"] as const
type Alarm = (typeof alarms)[number]

const isAlarm = (text: string | null): text is Alarm => alarms.some((alarm) => alarm === text)

/** How many changes are alike. */
interface Alike {
  readonly change: Change.Change
  count: number
}

/** Collects changes, in memory that does not grow with their number. */
export class ChangeSummary {
  readonly #alike = new Map<string, Alike>()
  readonly #named = new Map<Alarm, Array<Change.Change>>()

  /** Counts a change. */
  add(change: Change.Change): void {
    const key = JSON.stringify([change.job.kind, change.what, change.now])
    const alike = this.#alike.get(key) ?? { change, count: 0 }
    this.#alike.set(key, alike)
    alike.count++
    if (!isAlarm(change.now)) return
    const named = this.#named.get(change.now) ?? []
    this.#named.set(change.now, named)
    if (named.length < mostNamed) named.push(change)
  }

  /** How many planned runs came to this, or how many runs failed. */
  count(alarm: Alarm): number {
    return [...this.#alike.values()].reduce((sum, { change, count }) => (change.now === alarm ? sum + count : sum), 0)
  }

  /**
   * The changes in words: a line that counts, and one for each that people should know of. `fresh` are the connections that were never
   * read completely before, of which nothing can be called a change.
   */
  lines(zone: TimeZone.Zone, fresh: ReadonlyArray<string> = []): ReadonlyArray<string> {
    const first =
      fresh.length === 0
        ? []
        : [Visible.text(`first reading of ${Report.named(fresh)}: changes are told from the next sync on`)]
    if (this.#alike.size === 0) return fresh.length === 0 ? ["no change"] : first
    return [
      ...first,
      [...this.#alike.values()].map(phraseOf).toSorted().join(", "),
      ...[...this.#named].flatMap(([alarm, changes]) =>
        changes.map(({ job }) => lineOf(alarm, job, zone)).concat(this.#unnamed(alarm, changes.length))
      )
    ]
  }

  /** Counts the changes of a kind that are not named. */
  #unnamed(alarm: Alarm, named: number): ReadonlyArray<string> {
    const more = this.count(alarm) - named
    return more === 0 ? [] : [`${alarm}: ${more} more`]
  }
}

const nouns = { occurrence: "planned run", run: "run", definition: "definition" } as const

/** Such as `3 new runs`, `1 run failed` and `2 planned runs missed`. */
const phraseOf = ({ change: { job, now, what }, count }: Alike): string => {
  const noun = nouns[job.kind]
  if (what === "new") return `${Report.count(count, `new ${noun}`)}${now === "failed" ? " that failed" : ""}`
  return `${Report.count(count, noun)} ${what === "gone" ? "gone" : (now ?? "unknown").replaceAll("_", " ")}`
}

const lineOf = (alarm: Alarm, job: Change.Change["job"], zone: TimeZone.Zone): string => {
  const time = job.startTime === null ? "" : `, ${TimeZone.format(job.startTime, zone)} (${zone.name})`
  const detail = job.detail === null || alarm !== "failed" ? "" : `: ${job.detail}`
  return Visible.text(`${alarm}: ${job.name ?? job.vendorId}, ${job.connection}${time}${detail}`)
}
