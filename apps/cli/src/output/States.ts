/**
 * How states are shown to a person: their order, colours and one-letter marks.
 */
import type { ScanJob } from "@scanjobs/core"

interface Look {
  /** SGR parameters. */
  readonly colour: string
  /** One column wide, for strips of runs. */
  readonly mark: string
}

/** Worst first: what a person has to look at comes before what is well. */
const looks: Readonly<Record<ScanJob.State, Look>> = {
  failed: { colour: "1;31", mark: "F" },
  partially_succeeded: { colour: "33", mark: "P" },
  unknown: { colour: "35", mark: "?" },
  cancelled: { colour: "35", mark: "C" },
  skipped: { colour: "33", mark: "S" },
  paused: { colour: "33", mark: "=" },
  running: { colour: "34", mark: ">" },
  queued: { colour: "36", mark: "q" },
  scheduled: { colour: "36", mark: "s" },
  succeeded: { colour: "32", mark: "." }
}

const isState = (name: string): name is ScanJob.State => Object.hasOwn(looks, name)

/** Every state, worst first. */
export const worstFirst: ReadonlyArray<ScanJob.State> = Object.keys(looks).filter(isState)

const places = new Map(worstFirst.map((state, place) => [state, place]))

/** The place of a state in {@link worstFirst}. */
export const severity = (state: ScanJob.State): number => places.get(state) ?? worstFirst.length

/** The SGR parameters of a state's colour. */
export const colour = (state: ScanJob.State): string => looks[state].colour

/** The letter of a state in a strip of runs. */
export const mark = (state: ScanJob.State): string => looks[state].mark

/** How many jobs are in each state, worst first, such as `3 failed, 20 succeeded`. */
export const counted = (jobs: ReadonlyMap<ScanJob.State, number>): string =>
  worstFirst
    .flatMap((state) => {
      const count = jobs.get(state) ?? 0
      return count === 0 ? [] : [`${count} ${state}`]
    })
    .join(", ")
