/**
 * Watches for jobs that contradict their listing's `holds`. A query for just such jobs would not read the listing, and miss them
 * without a word.
 */
import type { Holds } from "../contract/Listing.ts"
import type { ScanJob } from "../model/ScanJob.ts"

/** Watches the jobs of one listing. */
export interface HeldJobs {
  readonly look: (jobs: ReadonlyArray<ScanJob>) => void
  /** What to tell about the first job that contradicts `holds`, if there was one. */
  readonly note: () => string | undefined
}

const silent: HeldJobs = { look: () => undefined, note: () => undefined }

/** Starts to watch a listing that holds this. */
export const watch = (holds: Holds | undefined): HeldJobs => {
  if (holds === undefined) return silent
  const held = {
    kind: holds.kinds === undefined ? undefined : new Set(holds.kinds),
    state: holds.states === undefined ? undefined : new Set(holds.states).add("unknown"),
    category: holds.categories === undefined ? undefined : new Set(holds.categories)
  }
  let note: string | undefined
  return {
    look: (jobs) => {
      for (const { category, kind, state } of jobs) {
        if (note !== undefined) return
        if (held.kind?.has(kind) === false) note = noteOf("kind", kind)
        else if (held.state?.has(state) === false) note = noteOf("state", state)
        else if (held.category?.has(category) === false) note = noteOf("category", category)
      }
    },
    note: () => note
  }
}

const noteOf = (field: string, value: string): string =>
  `a job has the ${field} ${value}, which the provider's \`holds\` excludes; a query for only that ${field} does not read this listing`
