import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync, statSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import * as Init from "../../src/commands/Init.ts"
import type { Question } from "../../src/settings/NewConnection.ts"
import { folder, run, runHere } from "../Program.ts"

/** A person who gives these answers by key, the default where there is none, and tries again where an answer is refused. */
const person = (vendors: ReadonlyArray<string>, answers: { readonly [key: string]: ReadonlyArray<string> }) => {
  const asked: Array<string> = []
  const refused: Array<string> = []
  const left = new Map(Object.entries(answers).map(([key, all]) => [key, [...all]]))
  let connection = 0
  const ask = (question: Question): Effect.Effect<string> => {
    asked.push(question.key)
    const answer = left.get(question.key)?.shift() ?? question.default ?? ""
    return question.validate(answer).pipe(
      Effect.catch((why) => {
        refused.push(`${question.key}: ${why}`)
        return ask(question)
      })
    )
  }
  const interview: Init.Interview = {
    ask,
    choose: () => Effect.succeed(vendors[connection++] ?? ""),
    confirm: () => Effect.succeed(connection < vendors.length)
  }
  return { interview, asked, refused }
}

const written = (file: string) => {
  const { connections }: { readonly connections: ReadonlyArray<unknown> } = JSON.parse(readFileSync(file, "utf8"))
  return connections
}

describe("scanjobs init", () => {
  it.live("writes settings that work, readable by their owner alone, with secrets left in the environment", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({})
      const file = join(cwd, "scanjobs.json")
      const { interview, refused } = person(["tenable", "digicert"], {
        name: ["tvm", "tvm", "dc"],
        accountId: ["5153184"],
        divisionId: ["two", "677793"],
        surveyDefIds: ["293514, 293515"]
      })
      yield* Effect.provide(Init.write(file, interview), NodeServices.layer)
      assert.deepStrictEqual(written(file), [
        { name: "tvm", provider: "tenable", accessKey: "${TVM_ACCESS_KEY}", secretKey: "${TVM_SECRET_KEY}" },
        {
          name: "dc",
          provider: "digicert",
          apiKey: "${DC_API_KEY}",
          accountId: "5153184",
          divisionId: 677793,
          surveyDefIds: [293514, 293515]
        }
      ])
      assert.deepStrictEqual(refused, ["name: another connection has this name", "divisionId: expected number"])
      if (process.platform !== "win32") assert.strictEqual(statSync(file).mode & 0o777, 0o600)
      const env = { TVM_ACCESS_KEY: "a-key", TVM_SECRET_KEY: "s-key", DC_API_KEY: "d-key" }
      const { code, stderr, stdout } = yield* runHere(["config", "check"], { cwd, env })
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.strictEqual(stdout, `tvm (tenable)\ndc (digicert)\n${file} is good: 2 connections; no vendor was asked\n`)
    })
  )

  it.live("asks for each setting of a choice until the provider has what it needs", () =>
    Effect.gen(function* () {
      const file = join(yield* folder({}), "scanjobs.json")
      const { asked, interview } = person(["github", "avepoint"], {
        organizations: ["octo-org"],
        clientId: ["c-1"],
        clientSecret: ["@secret.txt"],
        region: ["us"]
      })
      yield* Effect.provide(Init.write(file, interview), NodeServices.layer)
      assert.deepStrictEqual(written(file), [
        { name: "github", provider: "github", token: "${GITHUB_TOKEN}", organizations: ["octo-org"] },
        { name: "avepoint", provider: "avepoint", clientId: "c-1", clientSecret: "@secret.txt", region: "us" }
      ])
      assert.notInclude(asked, "pageSize")
    })
  )

  it.live("never changes a file that exists, and needs a terminal", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({ "scanjobs.json": "{}" })
      const { code, stderr } = yield* run(["init"], { cwd })
      assert.strictEqual(code, 2)
      assert.match(
        stderr,
        /scanjobs\.json exists, and init does not change it; name another file with --config FILE\n$/
      )
      assert.strictEqual(readFileSync(join(cwd, "scanjobs.json"), "utf8"), "{}")
      const other = yield* run(["init", "--config", "other.json"], { cwd })
      assert.strictEqual(other.code, 2)
      assert.match(
        other.stderr,
        /^init asks questions, and needs a terminal; without one, write \/.*other\.json yourself/
      )
      symlinkSync("nowhere.json", join(cwd, "link.json"))
      const linked = yield* run(["init", "--config", "link.json"], { cwd })
      assert.strictEqual(linked.code, 2)
      assert.match(linked.stderr, /link\.json exists, and init does not change it/)
      const missing = yield* run(["init", "--config", "no/settings.json"], { cwd })
      assert.strictEqual(missing.code, 2)
      assert.match(missing.stderr, /settings\.json cannot be written \(no such file or folder, ENOENT\)\n$/)
      const { interview } = person(["tenable"], {})
      const raced = yield* Init.write(join(cwd, "scanjobs.json"), interview).pipe(
        Effect.flip,
        Effect.provide(NodeServices.layer)
      )
      assert.match(raced.message, /scanjobs\.json cannot be written \(it exists already, EEXIST\)$/)
    })
  )
})
