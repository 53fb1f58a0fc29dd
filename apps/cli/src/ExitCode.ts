/**
 * The exit codes of the program, and which error ends it with which.
 */
import { Cause, Exit } from "effect"

/** Everything that was asked for is there. */
export const complete = 0
/** Everything that was asked for is there, and with it something that `--fail-on` names. */
export const found = 1
/** The command line or the settings are wrong. No vendor was asked. */
export const unusable = 2
/** Something is missing from the output, and standard error says what. */
export const incomplete = 3
/** The program was interrupted with Ctrl-C (128 + SIGINT). */
export const interrupted = 130
/** The program was told to terminate (128 + SIGTERM). */
export const terminated = 143

/** The exit code of each typed error that a command can end with. */
export const ofProblem = {
  SettingsProblem: unusable,
  UsageProblem: unusable,
  OutputFailed: incomplete,
  StoreFailed: incomplete,
  NotComplete: incomplete,
  Found: found
} as const

/** The code of a program that succeeds with its own exit code. */
export const ofExit = <A, E>(exit: Exit.Exit<A, E>): number => {
  if (Exit.isSuccess(exit)) return typeof exit.value === "number" ? exit.value : complete
  return Cause.hasInterruptsOnly(exit.cause) ? interrupted : incomplete
}
