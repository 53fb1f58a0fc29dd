/**
 * Ends the wait for a module whose code never settles, such as one that awaits an answer which never comes.
 */
import { Duration, Effect } from "effect"

/** How long a module may take to load. A person who must unlock a vault is waited for longer by `${cmd:…}`. */
const patience = Duration.seconds(10)

/** Fails with the end of a sentence that begins with the module's name. The import itself cannot be stopped. */
export const bounded = <A, E, E2>(
  imported: Effect.Effect<A, E>,
  failure: (message: string) => E2
): Effect.Effect<A, E | E2> =>
  Effect.timeoutOrElse(imported, {
    duration: patience,
    orElse: () =>
      Effect.fail(
        failure(
          `did not load within ${Duration.format(patience)}: its code waits for something that does not come, such as a promise that never settles`
        )
      )
  })
