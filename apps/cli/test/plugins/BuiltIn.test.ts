import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as BuiltIn from "../../src/plugins/BuiltIn.ts"
import { folder, run } from "../Program.ts"

const witness = {
  command: process.execPath,
  args: ["--import", new URL("LoadedModules.ts", import.meta.url).href]
}
const digicert = {
  name: "dc",
  provider: "digicert",
  apiKey: "dc-key-0001",
  accountId: "5153184",
  divisionId: 677793,
  surveyDefIds: [293514]
}

describe("the built-in providers", () => {
  it.effect.each(BuiltIn.all)("have the id that they are loaded by: $id", ({ id, load }) =>
    Effect.gen(function* () {
      const { provider, source, version } = yield* load
      assert.deepStrictEqual([provider.id, source], [id, "built-in"])
      assert.match(String(version), /^\d+\.\d+\.\d+/)
    })
  )

  it.live("are loaded only where a connection names them", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({ "scanjobs.json": { connections: [digicert] } })
      const loadedBy = (args: ReadonlyArray<string>) =>
        Effect.map(run(args, { cwd, runtime: witness }), ({ code, stderr }) => ({
          code,
          loaded: /^loaded: (.*)$/m.exec(stderr)?.[1]
        }))
      assert.deepStrictEqual(yield* loadedBy(["--help"]), { code: 0, loaded: "" })
      assert.deepStrictEqual(yield* loadedBy(["config", "check"]), { code: 0, loaded: "digicert" })
    })
  )
})
