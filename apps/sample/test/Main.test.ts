import { assert, describe, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

describe("the sample", () => {
  it("prints both vendors' scans as one list in order of time, and says what it did", async () => {
    const { stderr, stdout } = await promisify(execFile)(process.execPath, ["--conditions=@scanjobs/source", main], {
      env: { ...process.env, TZ: "UTC" }
    })
    const lines = stdout.trim().split("\n")
    const rows = lines.slice(0, -2)
    assert.strictEqual(stderr, "")
    assert.isAbove(rows.length, 10)
    assert.isTrue(rows.some((row) => row.includes(" certificates ")))
    assert.isTrue(rows.some((row) => row.includes(" collaboration ")))
    assert.isTrue(rows.some((row) => row.includes(" scheduled ")))
    assert.match(lines.at(-1) ?? "", new RegExp(`^${rows.length} scans of the last and the next 24 hours`))
    const times = rows.map((row) => Date.parse(`${row.slice(4, 10)} 2028 ${row.slice(12, 17)} UTC`))
    const backwards = times.filter((time, index) => time < (times[index - 1] ?? time))
    assert.isAtMost(backwards.length, 1, "only the turn of the year goes backwards, because rows show no year")
  })
})
