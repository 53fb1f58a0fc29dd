/**
 * `${…}` in settings: a variable of the environment, a file, or what a command prints.
 *
 * | placeholder | stands for |
 * | --- | --- |
 * | `${NAME}` | the environment variable; unset and empty ones are problems |
 * | `${NAME:-text}` | the same, or the text if the variable is unset or empty |
 * | `${file:PATH}` | the file's content, trimmed |
 * | `${cmd:PROGRAM ARGUMENTS}` | what the program prints, trimmed |
 * | `$${NAME}` | the text `${NAME}` |
 */
import { Config, Effect, Option, Path, Result } from "effect"
import * as CommandOutput from "./CommandOutput.ts"
import type { Code } from "./Problem.ts"
import * as TextFile from "./TextFile.ts"

const placeholder = /\$?\$\{([^{}]*)\}/g
const variable = /^([A-Za-z_][\w.-]*?)(?::-([^]*))?$/

/** Why a placeholder has no value. `message` never holds a default or a command's output. */
export interface Unresolved {
  readonly code: Code
  readonly message: string
}

/** The value of each placeholder, by the text between its braces. */
export type Values = ReadonlyMap<string, Result.Result<string, Unresolved>>

/** The text between the braces of each placeholder in a value, however deep. */
export const within = (value: unknown): ReadonlySet<string> => {
  const found = new Set<string>()
  const visit = (part: unknown): void => {
    if (typeof part === "string") {
      for (const [whole, inner = ""] of part.matchAll(placeholder)) if (!isEscaped(whole)) found.add(inner)
    } else if (typeof part === "object" && part !== null) for (const inner of Object.values(part)) visit(inner)
  }
  visit(value)
  return found
}

/** How many files and commands are read at once. */
const atOnce = 4

/** Looks up every placeholder of a value, each of them once. Paths are relative to `folder`, in which commands run, too. */
export const resolve = (value: unknown, folder: string) =>
  Effect.map(
    Effect.forEach(
      within(value),
      (inner) => Effect.map(Effect.result(valueOf(inner, folder)), (result) => [inner, result] as const),
      { concurrency: atOnce }
    ),
    (found): Values => new Map(found)
  )

const valueOf = Effect.fnUntraced(function* (inner: string, folder: string) {
  if (inner.startsWith("file:")) {
    const path = yield* Path.Path
    const text = yield* Effect.mapError(
      TextFile.read(path.resolve(folder, inner.slice("file:".length).trim()), TextFile.mostOfSecret),
      ({ code, message }): Unresolved => ({ code: code === "FileMissing" ? "FileUnreadable" : code, message })
    )
    return text.trim()
  }
  if (inner.startsWith("cmd:")) {
    return yield* Effect.mapError(CommandOutput.read(inner.slice("cmd:".length), folder), (message): Unresolved => ({
      code: "CommandFailed",
      message
    }))
  }
  const [, name, fallback] = variable.exec(inner) ?? []
  if (name === undefined) {
    return yield* Effect.fail<Unresolved>({
      code: "InvalidPlaceholder",
      message:
        "has a placeholder that is not understood; expected ${NAME}, ${NAME:-default}, ${file:PATH} or ${cmd:PROGRAM ARGUMENTS}, or $${ for the characters ${"
    })
  }
  const set = yield* Effect.orElseSucceed(Config.option(Config.String(name)), Option.none<string>)
  const value = withoutLineEnd(Option.getOrElse(set, () => "")) || fallback
  return yield* value === undefined
    ? Effect.fail<Unresolved>({ code: "VariableNotSet", message: `the environment variable ${name} is not set` })
    : Effect.succeed(value)
})

const withoutLineEnd = (text: string): string => {
  let end = text.length
  while (end > 0 && /[\r\n]/.test(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

/** The reason for each placeholder of a value that has no value. */
export const unresolved = (value: unknown, values: Values): ReadonlyArray<Unresolved> =>
  [...within(value)].flatMap((inner) => {
    const found = values.get(inner)
    return found !== undefined && Result.isFailure(found) ? [found.failure] : []
  })

/**
 * Replaces every placeholder that has a value. Placeholders give only text; if the setting's `type` is a number or a boolean,
 * a text that is one is converted.
 */
export const fill = (value: unknown, values: Values, type = "string"): unknown => {
  if (typeof value === "string") {
    const filled = value.replaceAll(placeholder, (whole, inner: string) => {
      if (isEscaped(whole)) return whole.slice(1)
      const found = values.get(inner)
      return found !== undefined && Result.isSuccess(found) ? found.success : whole
    })
    return filled === value ? value : typed(filled, type)
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, values, type.replace(/^array of /, "")))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, values)]))
}

const isEscaped = (whole: string): boolean => whole.startsWith("$$")

const typed = (text: string, type: string): unknown => {
  if (/^(?:integer|number)\b/.test(type) && /^\s*-?\d+(?:\.\d+)?\s*$/.test(text)) return Number(text)
  if (type === "boolean" && /^\s*(?:true|false)\s*$/.test(text)) return text.trim() === "true"
  return text
}
