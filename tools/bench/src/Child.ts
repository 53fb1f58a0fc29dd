/**
 * One run of one program in a fresh process: `node Child.js PROGRAM TARGET [heap|first|history]`, the target as JSON.
 */
import { Meter } from "./Meter.ts"
import * as Report from "./Report.ts"
import type { Target } from "./Target.ts"
import { type Name, programs } from "./variants/index.ts"

// Exits if the parent process is gone.
process.once("disconnect", () => process.exit(1))

const [name, given = "{}", mode] = process.argv.slice(2)
const target = JSON.parse(given) as Target
const program = await programs[name as Name]()
const meter = new Meter()

/** The size of the heap after a garbage collection, in bytes. */
const heapUsed = () => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

if (mode === "heap") {
  // Takes a sample at 10,000 jobs, and then fifty over the run.
  const heap: Array<Report.HeapSample> = []
  let next = Math.min(10_000, target.jobs)
  meter.onPage = (jobs) => {
    if (jobs < next) return
    heap.push({ jobs, bytes: heapUsed() })
    next = jobs + Math.max(1, Math.floor(target.jobs / 50))
  }
  await program(target, meter)
  Report.send({ ...Report.end(meter), heap })
} else if (mode === "connections") {
  // A first run loads and compiles the code, so that the measured run does not.
  await program({ ...target, connections: 1, latency: 0 }, new Meter())
  const before = heapUsed()
  const rss = process.memoryUsage().rss
  let most = before
  let mostRss = rss
  let next = 0
  meter.onPage = () => {
    mostRss = Math.max(mostRss, process.memoryUsage.rss())
    if (performance.now() < next) return
    most = Math.max(most, heapUsed())
    next = performance.now() + 250
  }
  const began = performance.now()
  await program(target, meter)
  const wall = performance.now() - began
  Report.send({ ...Report.end(meter), connections: { wall, heap: most - before, rss: mostRss - rss } })
} else if (mode === "first") {
  const { bareRequests } = await import("./variants/Floor.ts")
  const first = { ours: new Array<number>(), bare: new Array<number>() }
  const runs = 30
  for (let run = 0; run < runs; run++) {
    const own = new Meter()
    const began = performance.now()
    await program(target, own)
    first.ours.push((own.first ?? Number.NaN) - began)
    const bareBegan = performance.now()
    await bareRequests(target)
    first.bare.push(performance.now() - bareBegan)
    meter.jobs = own.jobs
  }
  Report.send({ ...Report.end(meter), first })
} else if (mode === "history") {
  const { historyTimes } = await import("./variants/History.ts")
  meter.jobs = target.jobs
  Report.send({ ...Report.end(meter), history: await historyTimes(target) })
} else {
  Report.begin()
  await program(target, meter)
  Report.send(Report.end(meter))
}
process.removeAllListeners("disconnect")
process.disconnect?.()
