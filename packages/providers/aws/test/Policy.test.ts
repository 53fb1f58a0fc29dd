import { assert, describe, it } from "@effect/vitest"
import * as AwsEmulator from "@scanjobs/aws/emulator"
import { Effect, Schema } from "effect"
import { readFileSync } from "node:fs"
import { connect, empty, list, region } from "./Account.ts"

const Policy = Schema.fromJsonString(
  Schema.Struct({ Statement: Schema.Tuple([Schema.Struct({ Action: Schema.Array(Schema.String) })]) })
)

/** The actions of the policy that a page shows. */
const actionsIn = (page: string) => {
  const text = readFileSync(new URL(page, import.meta.url), "utf8")
  const [, policy = ""] = /```json\n(\{\s+"Version": "2012[\s\S]*?)```/.exec(text) ?? []
  return Effect.map(Schema.decodeUnknownEffect(Policy)(policy), ({ Statement: [{ Action }] }) => Action)
}

describe("the policy to paste", () => {
  it.live.each(["../README.md", "../../../../docs/settings.md"])(
    "has the actions that a refusal names, in %s",
    (page) =>
      Effect.gen(function* () {
        const vendor = yield* AwsEmulator.serve({ regions: { [region]: { ...empty, backupScans: 403 } } })
        const { message } = (yield* Effect.orDie(Effect.flip(list(connect(vendor), "backupScans")))).reason
        const named = message.match(/\b\w+:List\w+/g) ?? []
        assert.isNotEmpty(named)
        assert.sameMembers([...(yield* actionsIn(page))], [...named])
      })
  )
})
