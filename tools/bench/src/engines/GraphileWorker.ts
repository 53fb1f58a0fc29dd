/**
 * `graphile-worker`: a job with a key for each connection.
 */
import { makeWorkerUtils, run } from "graphile-worker"
import { dueAfter, type Engine, firstDue } from "./Engine.ts"

/** The engine. */
export const engine: Engine = {
  seed: async ({ database, every, names }, when) => {
    const utils = await makeWorkerUtils({ connectionString: database })
    await utils.migrate()
    for (const name of names) {
      const at = firstDue(name, every, when)
      await utils.addJob("sync", { name, at }, { jobKey: name, runAt: new Date(at) })
    }
    await utils.release()
  },
  run: async ({ database, every, slots }, work) => {
    const runner = await run({
      connectionString: database,
      concurrency: slots,
      pollInterval: 1000,
      noHandleSignals: true,
      taskList: {
        sync: async (payload, { addJob }) => {
          const { at, name } = payload as { readonly name: string; readonly at: number }
          await work(name, at)
          const next = dueAfter(name, every, Date.now())
          await addJob("sync", { name, at: next }, { jobKey: name, runAt: new Date(next) })
        }
      }
    })
    await runner.promise
  }
}
