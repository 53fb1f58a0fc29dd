import { assert, describe, it } from "@effect/vitest"
import * as Arguments from "../../src/commands/Arguments.ts"

const prepared = (line: string) => Arguments.prepare(line.split(" ")).join(" ")

describe("Arguments", () => {
  it("attaches a time before now to its option", () => {
    assert.strictEqual(prepared("list --from -7d --until=-1h --limit -1"), "list --from=-7d --until=-1h --limit -1")
  })

  it("repeats an option for each value of a comma list", () => {
    assert.strictEqual(prepared("list --state failed,skipped"), "list --state failed --state skipped")
    assert.strictEqual(prepared("list --kind=run,definition"), "list --kind=run --kind=definition")
    assert.strictEqual(prepared("list -c a,b -s failed,"), "list -c a -c b -s failed")
  })

  it("leaves commas of other options and whatever follows -- alone", () => {
    assert.strictEqual(prepared("list --columns start,state --seed a,b"), "list --columns start,state --seed a,b")
    assert.strictEqual(prepared("emulate -- --state a,b"), "emulate -- --state a,b")
  })

  it("keeps an empty list, so that it is refused", () => {
    assert.strictEqual(prepared("list --state ,"), "list --state ")
  })
})
