import { Rejection } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"

const answer = (body: unknown, status = 200): Rejection.VendorAnswer => ({ status, headers: {}, body, sentAt: 0 })
const Fault = Schema.Struct({ error: Schema.Struct({ code: Schema.String, message: Schema.String }) })
const reader = Rejection.fromSchema(Fault, ({ error }) => error)

describe("Rejection.conditionOf", () => {
  it.each([
    [200, "VendorRejected"],
    [302, "VendorRejected"],
    [400, "VendorRejected"],
    [401, "Unauthorized"],
    [403, "Forbidden"],
    [404, "VendorRejected"],
    [408, "Unavailable"],
    [409, "VendorRejected"],
    [429, "RateLimited"],
    [500, "Unavailable"],
    [503, "Unavailable"],
    [599, "Unavailable"]
  ])("takes %d for %s", (status, condition) => {
    assert.strictEqual(Rejection.conditionOf(status), condition)
  })
})

describe("Rejection.fromSchema", () => {
  it("finds an error of its form", () => {
    assert.deepStrictEqual(reader(answer({ error: { code: "E1", message: "no" }, data: [] })), {
      code: "E1",
      message: "no"
    })
  })

  it.each([[{ error: null }], [{ data: [] }], ["<html>"], [null], [[]]])("finds none in %j", (body) => {
    assert.isUndefined(reader(answer(body)))
  })

  it("gives the answer to what reads it", () => {
    const byStatus = Rejection.fromSchema(Fault, ({ error }, { status }) => (status === 409 ? error : undefined))
    const body = { error: { code: "E1", message: "no" } }
    assert.isUndefined(byStatus(answer(body)))
    assert.isDefined(byStatus(answer(body, 409)))
  })
})

describe("Rejection.firstOf", () => {
  const says =
    (code: string): Rejection.Reader =>
    () => ({ code, message: null })
  const silent: Rejection.Reader = () => undefined

  it("gives the first error that is found", () => {
    assert.strictEqual(Rejection.firstOf(silent, says("a"), says("b"))(answer(null))?.code, "a")
  })

  it("gives none where none is found", () => {
    assert.isUndefined(Rejection.firstOf(silent, silent)(answer(null)))
  })
})
