/**
 * A thousand connections under the default settings.
 */
import * as Bench from "../Bench.ts"
import type { Result } from "../Result.ts"

const latency = 50
const rounds = 3

/** Wall time beside the ideal, and memory. */
export const connections = async (bench: Bench.Bench): Promise<Result> => {
  const target = Bench.targetOf(bench, { jobs: 100, latency, connections: bench.sizes.connections })
  const runs = await Bench.inTurns(Bench.withRounds(bench, rounds), ["connections"], () =>
    Bench.once(bench, "connections", target, { mode: "connections", flags: ["--expose-gc"] })
  )
  const measured = runs.connections.map(({ connections, server }) => {
    const { heap = Number.NaN, rss = Number.NaN, wall = Number.NaN } = connections ?? {}
    // Without the warm-up run's requests for a token and a page.
    const requests = server.requests - 2
    const ideal = (requests * latency) / server.atOnce
    return { wall, ideal, requests, atOnce: server.atOnce, heap, rss }
  })
  const perConnection = (bytes: number) => bytes / 1024 / target.connections
  const overIdeal = Bench.of(measured, ({ ideal, wall }) => wall / ideal)
  const memory = Bench.of(measured, ({ heap }) => perConnection(heap))
  return {
    tables: [
      {
        title: `${target.connections} connections of ${target.jobs} jobs, ${latency} ms a request`,
        explanation: `The ideal is what waiting alone takes: all requests, ${latency} ms each, with as many under way as the default settings allow (the most that the server saw at once). Heap is after collections in the course of the run, beside that before it.`,
        columns: [
          { title: "wall / ideal", digits: 2, spread: true },
          { title: "wall ms", digits: 0 },
          { title: "ideal ms", digits: 0 },
          { title: "requests", digits: 0 },
          { title: "at once", digits: 0 },
          { title: "heap KiB/connection", digits: 1 },
          { title: "memory KiB/connection", digits: 1 }
        ],
        rows: [
          {
            title: "`Catalog.jobs`",
            cells: [
              overIdeal,
              Bench.of(measured, ({ wall }) => wall),
              Bench.of(measured, ({ ideal }) => ideal),
              Bench.of(measured, ({ requests }) => requests),
              Bench.of(measured, ({ atOnce }) => atOnce),
              memory,
              Bench.of(measured, ({ rss }) => perConnection(rss))
            ]
          }
        ]
      }
    ],
    verdicts: [
      {
        what: `${target.connections} connections, wall over the ideal`,
        value: overIdeal,
        digits: 2,
        unit: "",
        limit: 1.5,
        sense: "at most"
      },
      { what: "memory of a connection", value: memory, digits: 1, unit: " KiB", limit: 50, sense: "less than" }
    ]
  }
}
