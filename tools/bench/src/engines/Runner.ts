/**
 * One process that works: `node Runner.ts ENGINE VENDOR PLACE`, the place as JSON. The work is one request to the vendor.
 */
import { engines, type Name } from "./engines.ts"
import type { Place } from "./Engine.ts"

process.once("disconnect", () => process.exit(1))
const [name, vendor, given] = process.argv.slice(2)
const place = JSON.parse(given ?? "") as Place
const engine = await engines[name as Name]()

await engine.run(place, async (connection, due) => {
  const query = new URLSearchParams({ connection, due: String(due), runner: String(place.port) })
  const answer = await fetch(`${vendor}/sync?${query.toString()}`)
  await answer.text()
})
