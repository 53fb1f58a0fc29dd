/**
 * Whose rows a resume file is about: a connection's provider, its address and the settings that say what is listed.
 *
 * Without this, a connection of the same name to another account would be continued in the middle, and its first rows skipped.
 */
import { Connection as Contract } from "@scanjobs/core"
import { Order, Schema } from "effect"
import { createHash } from "node:crypto"
import type { Installed } from "../plugins/Plugin.ts"
import type { Connection } from "../settings/Settings.ts"

/** The account of one connection. */
export const Account = Schema.Struct({
  connection: Schema.String,
  provider: Schema.String,
  /** The connection's own address; `null` where its provider's is asked. */
  baseUrl: Schema.NullOr(Schema.String),
  /** A hash of every setting that says what is listed, by its key. Secrets may be renewed, and the tuning changed. */
  settings: Schema.Record(Schema.String, Schema.String)
})
export type Account = typeof Account.Type

/** The account of a connection. */
export const of = (connection: Connection, provider: Pick<Installed, "settings">): Account => {
  const { settings, ...identity } = Contract.identity(connection, provider.settings)
  return {
    connection: connection.name,
    ...identity,
    settings: Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, hashOf(value)]))
  }
}

/** The account of a connection of `--demo`, whose addresses are others in each run. */
export const ofDemo = ({ name, provider }: Connection): Account => ({
  connection: name,
  provider,
  baseUrl: "--demo",
  settings: {}
})

/** The order of a list says nothing of what is listed. */
const hashOf = (value: unknown): string => {
  const text = Array.isArray(value)
    ? JSON.stringify(value.map((item) => JSON.stringify(item)).toSorted(Order.String))
    : JSON.stringify(value)
  return createHash("sha256").update(text).digest("hex").slice(0, 16)
}

/** In what an account differs from what it was, in words; empty where it does not. */
export const differences = (before: Account, now: Account): ReadonlyArray<string> => {
  const prefix = `${now.connection}: `
  if (before.provider !== now.provider) {
    return [`${prefix}the provider was ${before.provider} and is ${now.provider}`]
  }
  const keys = new Set([...Object.keys(before.settings), ...Object.keys(now.settings)])
  return [
    ...(before.baseUrl === now.baseUrl
      ? []
      : [`${prefix}baseUrl was ${before.baseUrl ?? "not set"} and is ${now.baseUrl ?? "not set"}`]),
    ...[...keys]
      .filter((key) => before.settings[key] !== now.settings[key])
      .map((key) => `${prefix}${key} is not what it was`)
  ]
}
