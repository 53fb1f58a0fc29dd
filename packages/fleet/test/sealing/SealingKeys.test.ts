import { assert, describe, it } from "@effect/vitest"
import { SealingKeys } from "@scanjobs/fleet"
import { Effect, Redacted } from "effect"

const keyOf = (letter: string) => Redacted.make(Buffer.from(letter.repeat(32)).toString("base64"))
const [old, fresh] = [keyOf("a"), keyOf("b")]

describe("sealing keys", () => {
  it.effect("open what they sealed", () =>
    Effect.gen(function* () {
      const keys = yield* SealingKeys.make([fresh])
      const sealed = yield* keys.seal("one", `{"apiKey":"marked-secret ü"}`)
      assert.notInclude(sealed, "marked")
      assert.strictEqual(yield* keys.open("one", sealed), `{"apiKey":"marked-secret ü"}`)
    })
  )

  it.effect("never seal the same text in the same way", () =>
    Effect.gen(function* () {
      const keys = yield* SealingKeys.make([fresh])
      assert.notStrictEqual(yield* keys.seal("one", "text"), yield* keys.seal("one", "text"))
    })
  )

  it.effect("open what an earlier key sealed, and seal with the first", () =>
    Effect.gen(function* () {
      const sealed = yield* (yield* SealingKeys.make([old])).seal("one", "text")
      const both = yield* SealingKeys.make([fresh, old])
      assert.strictEqual(yield* both.open("one", sealed), "text")
      const again = yield* both.seal("one", "text")
      assert.strictEqual(yield* (yield* SealingKeys.make([fresh])).open("one", again), "text")
    })
  )

  it.effect("say which key is missing", () =>
    Effect.gen(function* () {
      const other = yield* SealingKeys.make([old])
      const sealed = yield* other.seal("one", "text")
      const error = yield* Effect.flip((yield* SealingKeys.make([fresh])).open("one", sealed))
      assert.include(error.message, `sealed with the key ${other.keyId}, which is not among the given ones`)
    })
  )

  it.effect("do not open the text of another connection, nor one that was changed", () =>
    Effect.gen(function* () {
      const keys = yield* SealingKeys.make([fresh])
      const sealed = yield* keys.seal("one", "text")
      // Of the last letter, some bits stand for nothing.
      const at = sealed.lastIndexOf(".") + 1
      const changed = `${sealed.slice(0, at)}${sealed[at] === "A" ? "B" : "A"}${sealed.slice(at + 1)}`
      for (const [name, text] of [
        ["two", sealed],
        ["one", changed],
        ["one", sealed.slice(0, -8)],
        ["one", "no sealed text"],
        ["one", ""]
      ] as const) {
        const error = yield* Effect.flip(keys.open(name, text))
        assert.include(error.message, "import it again")
      }
    })
  )

  it.effect("refuse a text that is no key, and say where it stands without quoting it", () =>
    Effect.gen(function* () {
      for (const text of [
        "",
        "short",
        "!".repeat(44),
        Buffer.alloc(31).toString("base64"),
        Buffer.alloc(33).toString("base64")
      ]) {
        const error = yield* Effect.flip(SealingKeys.make([fresh, Redacted.make(text)]))
        assert.strictEqual(
          error.message,
          "sealing key 2: expected 32 bytes in Base64; make one with: openssl rand -base64 32"
        )
      }
    })
  )
})
