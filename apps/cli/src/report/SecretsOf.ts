/**
 * The secrets of connections, for removing them from everything that is shown, whoever put them there.
 */
import { Connection, Secrets } from "@scanjobs/core"
import { Settings } from "@scanjobs/settings"
import { Result } from "effect"

/** Knows these connections' secrets, as they stand in the settings and as they are sent. */
export const connections = (connections: ReadonlyArray<object>): Secrets.Secrets =>
  Secrets.make(connections.flatMap((connection) => [...Settings.secretsOf(connection), ...decoded(connection)]))

/** The secrets as the provider decodes them, which may be trimmed. Reading those that another copy of Effect wraps throws. */
const decoded = (connection: object): ReadonlyArray<string> =>
  Result.getOrElse(
    Result.try(() => Connection.secrets(connection)),
    () => []
  )
