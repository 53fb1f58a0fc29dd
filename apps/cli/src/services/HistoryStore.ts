/**
 * The store that a command works on: the one that `--store` names, or that of the settings, or `scanjobs.db` beside the settings.
 */
import { Store, type StoreError } from "@scanjobs/history"
import { Effect, FileSystem, Layer, Option, Path, Redacted } from "effect"
import { SettingsProblem, StoreFailed } from "../Problem.ts"
import type * as HistorySections from "../settings/HistorySections.ts"

/** What says where the store is. */
export interface Asked {
  /** The value of `--store`; a path is relative to the current folder. */
  readonly named: Option.Option<string>
  /** The settings file; `undefined` where there is none. Paths in it are relative to its folder. */
  readonly file: string | undefined
  readonly history: HistorySections.History
}

/** A place that is known: a database's address, or the absolute path of a file. */
export interface Place {
  readonly place: string
  /** The path where the store is a file. */
  readonly file: string | undefined
  readonly options: Store.Options
}

/** The name of the file where nothing names another. */
const defaultName = "scanjobs.db"

/** Works out where the store is. */
export const placeOf = Effect.fnUntraced(function* ({ file, history, named }: Asked) {
  const path = yield* Path.Path
  const { place: own, ...options } = settingsOf(history)
  const folder = file === undefined ? "." : path.dirname(file)
  const [place, base] = Option.isSome(named) ? [named.value, "."] : [own ?? defaultName, folder]
  if (/^postgres(?:ql)?:\/\//i.test(place)) return { place, file: undefined, options } satisfies Place
  const name = place.replace(/^sqlite:/i, "")
  if (name === ":memory:") return { place, file: undefined, options } satisfies Place
  const absolute = path.resolve(base, name)
  return { place: `sqlite:${absolute}`, file: absolute, options } satisfies Place
})

const settingsOf = ({ store }: HistorySections.History) => {
  if (store === undefined) return { place: undefined }
  if (Redacted.isRedacted(store)) return { place: Redacted.value(store) }
  const { place, ...options } = store
  return { ...options, place: place === undefined ? undefined : Redacted.value(place) }
}

/** The place as a secret: the address of a database may hold a password. */
export const redacted = ({ place }: Place): Redacted.Redacted => Redacted.make(place)

/** Opens the store, and creates it where it is missing. A store that cannot be used is a mistake in the settings. */
export const layer = ({ options, place }: Place): Layer.Layer<Store.Store, SettingsProblem> =>
  Store.layer(place, options).pipe(
    Layer.catch((error) => Layer.effectContext(Effect.fail(new SettingsProblem({ problems: [messageOf(error)] }))))
  )

/** Whether it is a file that nobody has written yet. */
export const isNew = Effect.fnUntraced(function* ({ file }: Place) {
  const files = yield* FileSystem.FileSystem
  return file !== undefined && !(yield* Effect.orElseSucceed(files.exists(file), () => true))
})

/** Opens a store that is there already: reading what was never written would look like scans that never were. */
export const existing = (place: Place) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const isThere = place.file === undefined || (yield* Effect.orElseSucceed(files.exists(place.file), () => true))
      const problems = [`there is no store ${place.file ?? ""}: run scanjobs sync first, or name another with --store`]
      return isThere ? layer(place) : Layer.effectContext(Effect.fail(new SettingsProblem({ problems })))
    })
  )

/** The store failed while it was used. */
export const failed = (error: StoreError.StoreError): StoreFailed => new StoreFailed({ message: messageOf(error) })

const messageOf = (error: StoreError.StoreError): string => `store: ${error.message}`
