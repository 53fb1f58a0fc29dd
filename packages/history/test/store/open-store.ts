/**
 * Opens the store in the file that the first argument names, and prints why it cannot.
 */
import { Store } from "@scanjobs/history"
import { Effect } from "effect"

const path = process.argv[2] ?? ""
console.log(
  await Effect.runPromise(
    Store.Store.pipe(
      Effect.provide(Store.layerSqlite(path)),
      Effect.match({ onFailure: ({ reason }) => reason._tag, onSuccess: () => "opened" })
    )
  )
)
