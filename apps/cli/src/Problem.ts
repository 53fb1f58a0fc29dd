/**
 * What ends the command before anything was asked of a vendor, and what ends it with an exit code of its own.
 */
import { Data } from "effect"

/** The settings cannot be used: everything that is wrong with them, a line each. No line holds a value. */
export class SettingsProblem extends Data.TaggedError("SettingsProblem")<{ readonly problems: ReadonlyArray<string> }> {
  override get message(): string {
    return this.problems.join("\n")
  }
}

/** The command line asks for something that makes no sense. */
export class UsageProblem extends Data.TaggedError("UsageProblem")<{ readonly message: string }> {}

/** Standard output cannot be written to, for another reason than a reader that left. */
export class OutputFailed extends Data.TaggedError("OutputFailed")<{ readonly message: string }> {}

/** Not everything is there; standard error has said why. */
export class NotComplete extends Data.TaggedError("NotComplete")<{}> {}

/** An error of a plugin, or a defect, in one line. */
export const nameOf = (error: unknown): string => {
  if (error instanceof Error) return error.message === "" ? error.name : `${error.name}: ${error.message}`
  return typeof error === "string" ? error : "unknown error"
}
