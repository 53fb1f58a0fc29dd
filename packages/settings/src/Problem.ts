/**
 * What is wrong with settings, for programs by a code and for people in words.
 */
import { Data } from "effect"

/**
 * The kinds of problem.
 *
 * | code | meaning |
 * | --- | --- |
 * | `FileMissing` | there is no settings file |
 * | `FileUnreadable` | the settings file, or a file that a setting names, cannot be read |
 * | `NotText` | a file is neither UTF-8 nor UTF-16 |
 * | `NotJson` | the settings file is not JSON |
 * | `ModuleFailed` | the settings file is a module, and it throws or exports nothing |
 * | `UnknownKey` | the file or a connection has a key that nothing reads |
 * | `MissingKey` | a required key is missing |
 * | `InvalidValue` | a value has the wrong type, or breaks a rule of its provider |
 * | `UnknownProvider` | no installed provider has this id |
 * | `DuplicateName` | two connections have one name |
 * | `InvalidPlaceholder` | a `${…}` is not understood |
 * | `VariableNotSet` | an environment variable is not set, and the placeholder has no default |
 * | `CommandFailed` | a `${cmd:…}` did not give a value |
 * | `InvalidSecret` | a secret has characters that no request can carry |
 * | `InvalidProxy` | a variable such as `HTTPS_PROXY` holds no address of a proxy |
 * | `PluginFailed` | a plugin cannot be loaded, or gives no usable provider |
 *
 * @since 0.1.0
 * @category models
 */
export type Code =
  | "FileMissing"
  | "FileUnreadable"
  | "NotText"
  | "NotJson"
  | "ModuleFailed"
  | "UnknownKey"
  | "MissingKey"
  | "InvalidValue"
  | "UnknownProvider"
  | "DuplicateName"
  | "InvalidPlaceholder"
  | "VariableNotSet"
  | "CommandFailed"
  | "InvalidSecret"
  | "InvalidProxy"
  | "PluginFailed"

/**
 * One thing that is wrong.
 *
 * `at` is where: a file, a key of the file, or a connection and its key, such as `connection "dc": apiKey`. `message` says what is
 * wrong and what was expected. Neither holds a value that may be a secret.
 *
 * @since 0.1.0
 * @category models
 */
export interface Problem {
  readonly code: Code
  readonly at: string
  readonly message: string
}

/**
 * Writes a problem as one line.
 *
 * **Example** (a variable that is not set)
 *
 * ```ts run
 * import { Problem } from "@scanjobs/settings"
 * import * as assert from "node:assert"
 *
 * const line = Problem.format({
 *   code: "VariableNotSet",
 *   at: 'connection "dc": apiKey',
 *   message: "the environment variable DC_KEY is not set"
 * })
 * assert.strictEqual(line, 'connection "dc": apiKey: the environment variable DC_KEY is not set')
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const format = ({ at, message }: Problem): string =>
  at === "" ? cut(message, longest.message) : `${cut(at, longest.at)}: ${cut(message, longest.message)}`

/** A name, a key or a specifier may be of any length, and both parts of a problem quote them. */
const longest = { at: 300, message: 3000 }

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most).toWellFormed()}…`

/**
 * The settings cannot be used. `problems` is everything that is wrong with them; `message` has a line for each.
 *
 * **Example** (advice for one kind of problem)
 *
 * ```ts
 * import { Problem } from "@scanjobs/settings"
 *
 * export const advice = (error: Problem.InvalidSettings) =>
 *   error.problems.some(({ code }) => code === "FileMissing") ? "Run scanjobs init first." : undefined
 * ```
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidSettings extends Data.TaggedError("InvalidSettings")<{
  readonly problems: ReadonlyArray<Problem>
}> {
  override get message(): string {
    return this.problems.map(format).join("\n")
  }
}
