/**
 * `scanjobs missed`: the planned scans that never came.
 */
import type { Verdict } from "@scanjobs/history"
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import * as Formats from "../../output/Formats.ts"
import * as ListFlags from "../ListFlags.ts"
import { reading } from "./HistoryFlags.ts"

/** All verdicts, written down so that the help does not load the history. */
const verdicts = {
  planned: true,
  due: true,
  overdue: true,
  missed: true,
  ran: true,
  late: true,
  skipped: true,
  cancelled: true,
  withdrawn: true,
  unknown: true
} as const satisfies { readonly [name in Verdict.Name]: true }

const isVerdict = (name: string): name is Verdict.Name => Object.hasOwn(verdicts, name)

const flags = {
  ...reading,
  format: ListFlags.format(Formats.jobNames),
  verdict: Flag.Literals("verdict", Object.keys(verdicts).filter(isVerdict)).pipe(
    Flag.withDescription("Planned runs with these verdicts; default overdue and missed"),
    Flag.atLeast(0)
  )
}

/** Its implementation is loaded when it runs, so that help appears at once. */
export const command = Command.make("missed", flags, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("./Missed.ts")),
    ({ run }) => run(input)
  )
).pipe(
  Command.withDescription("What was planned and never came, by what scanjobs sync has read"),
  Command.withExamples([
    { command: "scanjobs missed", description: "What is overdue, and what was missed in the last week" },
    {
      command: "scanjobs missed --since 24h --fail-on missed,overdue",
      description: "Exit with 1 where there is any, for cron"
    },
    { command: "scanjobs missed --verdict unknown", description: "Of which it is not known, and why" }
  ])
)
