/**
 * How large the bodies of answers may be. There is always a limit, so that no answer fills the memory.
 *
 * An answer above the limit is not read further. With a status of success it ends as the reason `Malformed`; with any other
 * status, the status decides, and only the beginning of the body is looked at.
 *
 * **Example** (the limits in use)
 *
 * ```ts
 * import { BodyLimit } from "@scanjobs/core"
 *
 * export const limits = BodyLimit.BodyLimit
 * ```
 */
import { Context, Effect, Layer, Semaphore } from "effect"

/**
 * The limits of bodies, in bytes after decompression.
 *
 * @since 0.1.0
 * @category policies
 */
export interface Limits {
  /**
   * The largest body of one answer. Default 32 MiB. The number of arrays and objects in a body is limited too, to one for every
   * 128 bytes of this limit, because small ones take far more memory than their text.
   */
  readonly perAnswer: number
  /**
   * How much all connections together may hold of bodies above 1 MiB that are still being read. A body that finds no room
   * waits, and the wait counts towards no deadline. Default 128 MiB; there is always room for one body.
   */
  readonly inFlight: number
}

/**
 * The limits in use.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service extends Limits {
  /**
   * Runs an effect that reads one body. The effect calls `makeRoom` before it holds more than 1 MiB of the body; the room is
   * given back at the end of the effect.
   */
  readonly reading: <A, E, R>(read: (makeRoom: Effect.Effect<void>) => Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

const mebibyte = 1024 * 1024

const defaults: Limits = { perAnswer: 32 * mebibyte, inFlight: 128 * mebibyte }

/**
 * Every large body counts as one of the largest size. A body therefore takes its room once and never waits while it holds
 * some, so that readers cannot wait for each other.
 */
const make = (limits: Limits): Service => {
  const rooms = Semaphore.makeUnsafe(Math.max(1, Math.floor(limits.inFlight / limits.perAnswer)))
  return {
    ...limits,
    reading: (read) =>
      Effect.suspend(() => {
        let hasRoom = false
        const makeRoom = Effect.uninterruptibleMask((restore) =>
          hasRoom
            ? Effect.void
            : Effect.map(restore(rooms.take(1)), () => {
                hasRoom = true
              })
        )
        return Effect.ensuring(
          read(makeRoom),
          Effect.suspend(() => (hasRoom ? rooms.release(1) : Effect.void))
        )
      })
  }
}

/**
 * The limits in use. All connections of a process share them.
 *
 * @since 0.1.0
 * @category references
 */
export const BodyLimit = Context.Reference<Service>("@scanjobs/core/BodyLimit", { defaultValue: () => make(defaults) })

/**
 * Replaces the limits; those that are left out keep their defaults.
 *
 * **Example** (a vendor that sends its whole list in one large answer)
 *
 * ```ts
 * import { BodyLimit } from "@scanjobs/core"
 *
 * export const Roomy = BodyLimit.layer({ perAnswer: 100 * 1024 * 1024, inFlight: 200 * 1024 * 1024 })
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (limits: Partial<Limits>): Layer.Layer<never> =>
  Layer.sync(BodyLimit, () => make({ ...defaults, ...limits }))
