/**
 * The errors of this program, each of which has its own exit code.
 */
import type { Problem } from "@scanjobs/settings"
import { Data } from "effect"

/** The settings cannot be used: everything that is wrong with them, one line each. No line holds a secret. */
export class SettingsProblem extends Data.TaggedError("SettingsProblem")<{
  readonly problems: ReadonlyArray<string>
  /** The code of each problem, for programs, where the settings package found them. */
  readonly codes?: ReadonlyArray<Problem.Code>
}> {
  override get message(): string {
    return this.problems.join("\n")
  }
}

/** The command line cannot be understood, or its options contradict each other. */
export class UsageProblem extends Data.TaggedError("UsageProblem")<{ readonly message: string }> {}

/** Standard output cannot be written to. A reader that has closed the pipe is not an error. */
export class OutputFailed extends Data.TaggedError("OutputFailed")<{ readonly message: string }> {}

/** The store cannot be read or written now. What was committed before is kept. */
export class StoreFailed extends Data.TaggedError("StoreFailed")<{ readonly message: string }> {}

/** Something is missing from the output; standard error has said what. */
export class NotComplete extends Data.TaggedError("NotComplete")<{}> {}

/** Nothing is missing from the output, and something is there that `--fail-on` names. */
export class Found extends Data.TaggedError("Found")<{ readonly names: ReadonlyArray<string> }> {}

/** An error of a plugin, or a defect, in one line. */
export const nameOf = (error: unknown): string => {
  if (error instanceof Error) return error.message === "" ? error.name : `${error.name}: ${error.message}`
  return typeof error === "string" ? error : "unknown error"
}
