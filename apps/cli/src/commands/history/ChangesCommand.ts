/**
 * `scanjobs changes`: what the syncs found to be different.
 */
import type { Change } from "@scanjobs/history"
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import * as Formats from "../../output/Formats.ts"
import * as ListFlags from "../ListFlags.ts"
import { reading } from "./HistoryFlags.ts"

/** All kinds of change, written down so that the help does not load the history. */
const kinds = { new: true, state: true, verdict: true, gone: true } as const satisfies {
  readonly [kind in Change.What]: true
}

const isKind = (name: string): name is Change.What => Object.hasOwn(kinds, name)

const flags = {
  ...reading,
  format: ListFlags.format(Formats.names),
  what: Flag.Literals("what", Object.keys(kinds).filter(isKind)).pipe(
    Flag.withDescription("Only new jobs, changes of state, changes of verdict, or what is gone"),
    Flag.atLeast(0)
  )
}

/** Its implementation is loaded when it runs, so that help appears at once. */
export const command = Command.make("changes", flags, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("./Changes.ts")),
    ({ run }) => run(input)
  )
).pipe(
  Command.withDescription("What scanjobs sync found to be different: new, ended, missed, gone"),
  Command.withExamples([
    { command: "scanjobs changes", description: "What was different since yesterday" },
    { command: "scanjobs changes --since 7d --what verdict", description: "What became of planned runs" }
  ])
)
