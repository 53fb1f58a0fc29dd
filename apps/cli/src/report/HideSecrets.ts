/**
 * A last line of defence: removes the secrets of the settings from every text that is shown, whoever put them there.
 */
import { Connection } from "@scanjobs/core"
import { Result } from "effect"
import { Settings } from "@scanjobs/settings"

/** Shorter values would make any text unreadable, and protect nothing. */
const shortest = 4

/** Replaces these connections' secrets in a text. */
export const hider = (connections: ReadonlyArray<object>): ((text: string) => string) => {
  const secrets = connections
    .flatMap((connection) => [...Settings.secretsOf(connection), ...wrapped(connection)])
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
    .filter((secret) => secret.length >= shortest)
    .toSorted((a, b) => b.length - a.length)
  return (text) => {
    let hidden = text
    for (const secret of secrets) hidden = hidden.replaceAll(secret, "<redacted>")
    return hidden
  }
}

/** The secrets as the provider decodes them, which may be trimmed. Those that another copy of Effect wraps cannot be read, and throw. */
const wrapped = (connection: object): ReadonlyArray<string> =>
  Result.getOrElse(
    Result.try(() => Connection.secrets(connection)),
    () => []
  )

/** A JSON value with secrets replaced in each of its texts, so that it stays the JSON that it is. */
export const hideIn = (value: unknown, hide: (text: string) => string): unknown => {
  if (typeof value === "string") return hide(value)
  if (Array.isArray(value)) return value.map((item) => hideIn(item, hide))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hideIn(item, hide)]))
}
