/**
 * The secrets that this program has read so far, for removing them from everything that it says, however it ends.
 */
import { Connection, Secrets } from "@scanjobs/core"
import { Settings } from "@scanjobs/settings"
import { Context, Effect, Result } from "effect"

/** What knows them. */
export const KnownSecrets = Context.Reference<Secrets.Secrets>("scanjobs/KnownSecrets", {
  defaultValue: () => Secrets.make()
})

/** Adds these connections' secrets, as they stand in the settings and as they are sent, and gives all that are known. */
export const withConnections = (connections: ReadonlyArray<object>): Effect.Effect<Secrets.Secrets> =>
  Effect.map(KnownSecrets, (known) => {
    for (const connection of connections) {
      for (const secret of [...Settings.secretsOf(connection), ...decoded(connection)]) known.add(secret)
    }
    return known
  })

/** Adds secrets that are no connection's. */
export const add = (secrets: ReadonlyArray<string>): Effect.Effect<void> =>
  Effect.map(KnownSecrets, (known) => {
    for (const secret of secrets) known.add(secret)
  })

/** The secrets as the provider decodes them, which may be trimmed. Reading those that another copy of Effect wraps throws. */
const decoded = (connection: object): ReadonlyArray<string> =>
  Result.getOrElse(
    Result.try(() => Connection.secrets(connection)),
    () => []
  )
