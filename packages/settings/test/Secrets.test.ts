import { assert, describe, it } from "@effect/vitest"
import { Settings } from "@scanjobs/settings"
import { Effect, Fiber, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { digicert, load, problems, tenable } from "./Folder.ts"

/** The secret key of a connection that gives it so. */
const secretKey = (given: string, env: { readonly [name: string]: string } = {}, files = {}) =>
  Effect.map(
    load({ connections: [{ ...tenable, secretKey: given }] }, { env, files }),
    ({ connections: [one = {}] }) => {
      const value: unknown = Reflect.get(one, "secretKey")
      return Redacted.isRedacted(value) ? Redacted.value(value) : value
    }
  )

const whyNot = (given: string, env: { readonly [name: string]: string } = {}, files = {}) =>
  Effect.map(problems({ connections: [{ ...tenable, secretKey: given }] }, { env, files }), (found) =>
    found.map(([code, line = ""]) => [code, line.replace('connection "tvm": secretKey: ', "")])
  )

/** A command that runs this program. */
const node = (program: string) => `\${cmd:node -e '${program}'}`
const path = { PATH: process.env["PATH"] ?? "" }

describe("a placeholder", () => {
  it.effect("stands for an environment variable, as a number where a number is expected", () =>
    Effect.gen(function* () {
      const { connections } = yield* load(
        { connections: [{ ...digicert, apiKey: "a-${KEY}-z", divisionId: "${DIV}", surveyDefIds: ["${DIV}", 7] }] },
        { env: { KEY: "secret", DIV: "42\n" } }
      )
      const [connection = {}] = connections
      assert.strictEqual(Reflect.get(connection, "divisionId"), 42)
      assert.deepStrictEqual(Reflect.get(connection, "surveyDefIds"), [42, 7])
      assert.deepStrictEqual(Reflect.get(connection, "apiKey"), Redacted.make("a-secret-z"))
    })
  )

  it.effect("has a default for a variable that is unset or empty", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* secretKey("${SK:-fallback-42}"), "fallback-42")
      assert.strictEqual(yield* secretKey("${SK:-fallback-42}", { SK: "" }), "fallback-42")
      assert.strictEqual(yield* secretKey("${SK:-fallback-42}", { SK: "given-1" }), "given-1")
      assert.strictEqual(yield* secretKey("x${SK:-}y"), "xy")
    })
  )

  it.effect("has a default that no error repeats", () =>
    Effect.gen(function* () {
      const given = { ...digicert, apiKey: "${KEY:-canary-é}", accountId: "${file:${A}}", divisionId: "${DIV:-canary}" }
      const found = yield* problems({ connections: [given] })
      assert.deepStrictEqual(
        found.map(([code]) => code),
        ["InvalidSecret", "VariableNotSet", "InvalidValue"]
      )
      assert.notInclude(JSON.stringify(found), "canary")
    })
  )

  it.effect("without a default needs a variable that is set and not empty", () =>
    Effect.gen(function* () {
      const expected = [["VariableNotSet", "the environment variable SK is not set"]]
      assert.deepStrictEqual(yield* whyNot("${SK}"), expected)
      assert.deepStrictEqual(yield* whyNot("${SK}", { SK: "" }), expected)
    })
  )

  it.effect("stands for a file's content, trimmed, in any encoding that Windows writes", () =>
    Effect.gen(function* () {
      const files = { key: "key-1\n", "key.txt": Buffer.from("\uFEFFkey-2\r\n", "utf16le") }
      assert.strictEqual(yield* secretKey("${file:key}", {}, files), "key-1")
      assert.strictEqual(yield* secretKey("a-${file: ./key.txt}", {}, files), "a-key-2")
      assert.deepStrictEqual(yield* whyNot("${file:/nowhere/key}"), [
        ["FileUnreadable", "the file key cannot be read (NotFound)"]
      ])
    })
  )

  it.effect("stands for what a command prints, trimmed, without a shell", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* secretKey(node('console.log("key-3")'), path), "key-3")
      assert.strictEqual(yield* secretKey('${cmd:node -p "process.argv[1]" "a b"}', path), "a b")
    })
  )

  it.effect(
    "that is a command which fails is told by the program and its exit code, and by nothing that it printed",
    () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* whyNot(node('console.log("canary"); process.exit(7)'), path), [
          ["CommandFailed", "the command node ended with exit code 7"]
        ])
        assert.deepStrictEqual(yield* whyNot("${cmd:no-such-program canary}", path), [
          ["CommandFailed", "the command no-such-program cannot be run (NotFound)"]
        ])
        assert.deepStrictEqual(yield* whyNot(node(""), path), [["CommandFailed", "the command node printed nothing"]])
        assert.deepStrictEqual(yield* whyNot(node('console.log("x".repeat(1e6))'), path), [
          ["CommandFailed", "the command node printed more than 65536 bytes"]
        ])
        assert.match(
          String(yield* whyNot("${cmd:cat key | head -1}")),
          /^CommandFailed,has a command that cannot be split/
        )
        assert.deepStrictEqual(yield* whyNot("${cmd:}"), [
          ["CommandFailed", "names no command; expected ${cmd:PROGRAM ARGUMENTS}"]
        ])
      })
  )

  it.effect("that is a command which hangs is given up after a minute", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(whyNot(node('setInterval(() => "", 1e6)'), path))
      while (fiber.pollUnsafe() === undefined) {
        yield* TestClock.adjust("10 seconds")
        yield* Effect.promise(() => new Promise((resume) => setTimeout(resume, 20)))
      }
      assert.deepStrictEqual(yield* Fiber.join(fiber), [["CommandFailed", "the command node did not end within 1m"]])
    })
  )

  it.effect("is written with another $ where its text is meant", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* secretKey("$${SK}", { SK: "no" }), "${SK}")
    })
  )

  it.effect("that is not understood is told with what would be, and without its text", () =>
    Effect.gen(function* () {
      for (const inner of ["", "1A", "vault:canary", "SK:canary", "SK-canary x"]) {
        const [[code, line = ""] = []] = yield* whyNot(`\${${inner}}`)
        assert.strictEqual(code, "InvalidPlaceholder", inner)
        assert.match(line, /^has a placeholder that is not understood; expected \$\{NAME\}/)
      }
    })
  )
})

describe("a secret", () => {
  it.effect("loses white space, line ends and invisible characters around it", () =>
    Effect.gen(function* () {
      for (const given of ["key-1\n", "\uFEFFkey-1\r\n", " \tkey-1 ", "\u00A0key-1\u200B", "\u2060key-1\0"]) {
        assert.strictEqual(yield* secretKey("${SK}", { SK: given }), "key-1", JSON.stringify(given))
      }
    })
  )

  it.effect("that no header can carry is refused with the character and its place, and without its text", () =>
    Effect.gen(function* () {
      const expected = "expected the secret as the vendor shows it, in printable ASCII"
      const wrong: ReadonlyArray<readonly [string, string]> = [
        ["key\n1", "a line break (U+000A) at character 4"],
        ["“key-1”", "U+201C at character 1"],
        ["key\u200B1", "U+200B at character 4"],
        ["clé", "U+00E9 at character 3"],
        ["a\u00071", "U+0007 at character 2"]
      ]
      for (const [given, what] of wrong) {
        assert.deepStrictEqual(yield* whyNot("${SK}", { SK: given }), [["InvalidSecret", `holds ${what}; ${expected}`]])
      }
      assert.deepStrictEqual(yield* whyNot(" \n"), [["InvalidSecret", "is empty"]])
    })
  )

  it.effect("is known as it was given and as it is sent, so that both can be hidden", () =>
    Effect.gen(function* () {
      const { connections } = yield* load({ connections: [{ ...tenable, secretKey: " key-1 " }] })
      assert.deepStrictEqual(Settings.secretsOf(connections[0] ?? {}), ["access-1", " key-1 ", "key-1"])
    })
  )
})
