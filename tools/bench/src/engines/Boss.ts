/**
 * `pg-boss`: a job with a singleton key for each connection, in a queue that keeps one of a key in each state.
 */
import { PgBoss } from "pg-boss"
import { dueAfter, type Engine, firstDue, type Place } from "./Engine.ts"

interface Due {
  readonly name: string
  readonly at: number
}

const open = async ({ database }: Place) => {
  const boss = new PgBoss({
    connectionString: database,
    monitorIntervalSeconds: 1,
    superviseIntervalSeconds: 1,
    max: 4
  })
  boss.on("error", (error) => console.error(error.message))
  await boss.start()
  return boss
}

/** The engine. */
export const engine: Engine = {
  seed: async (place, when) => {
    const boss = await open(place)
    // Ten seconds without a heartbeat is the least that it takes.
    await boss.createQueue("sync", {
      policy: "stately",
      heartbeatSeconds: Math.max(10, Math.ceil(place.lease / 1000)),
      retryLimit: 1000,
      retryDelay: 0
    })
    for (const name of place.names) {
      const at = firstDue(name, place.every, when)
      await boss.send("sync", { name, at }, { singletonKey: name, startAfter: new Date(at) })
    }
    await boss.stop({ graceful: false })
  },
  run: async (place, work) => {
    const boss = await open(place)
    await boss.work<Due>(
      "sync",
      { localConcurrency: place.slots, pollingIntervalSeconds: 1, batchSize: 1 },
      async (jobs) => {
        for (const { data } of jobs) {
          await work(data.name, data.at)
          const next = dueAfter(data.name, place.every, Date.now())
          await boss.send(
            "sync",
            { name: data.name, at: next },
            { singletonKey: data.name, startAfter: new Date(next) }
          )
        }
      }
    )
    await new Promise<never>(() => {})
  }
}
