/**
 * `--fail-on`: the exit code says whether something went wrong, for schedulers and pipelines.
 */
import { Effect } from "effect"
import { Flag } from "effect/cli"
import { Found, UsageProblem } from "../Problem.ts"

/** What the option can name. */
export const names = ["missed", "failed", "overdue", "silent"] as const
export type Name = (typeof names)[number]

/** The option. */
export const flag = Flag.Literals("fail-on", names).pipe(
  Flag.withDescription("Exit with 1 where one of these is there, and nothing is missing from the output"),
  Flag.atLeast(0)
)

/** Why a command that asks vendors refuses the others. */
export const onlyStored = "only what is stored tells which scans never happened; add --stored, or use scanjobs missed"

/** Refuses what this command cannot see. `seen` is what it can, and `instead` is a sentence that says what can see the rest. */
export const refuse = (
  asked: ReadonlyArray<Name>,
  seen: ReadonlyArray<Name>,
  instead: string
): Effect.Effect<void, UsageProblem> => {
  const unseen = asked.filter((name) => !seen.includes(name))
  return unseen.length === 0
    ? Effect.void
    : Effect.fail(new UsageProblem({ message: `--fail-on ${unseen.join(",")}: ${instead}` }))
}

/** Fails with `Found` where something that was asked for was counted. */
export const check = (
  asked: ReadonlyArray<Name>,
  counts: { readonly [name in Name]?: number }
): Effect.Effect<void, Found> => {
  const found = asked.filter((name) => (counts[name] ?? 0) > 0)
  return found.length === 0 ? Effect.void : Effect.fail(new Found({ names: found }))
}
