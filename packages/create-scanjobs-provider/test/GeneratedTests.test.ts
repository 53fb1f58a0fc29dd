import { join } from "node:path"
import { afterAll, describe } from "vitest"
import { chosen, isWhole, makeFolder, writeAll } from "./Generated.ts"

const { folder, remove } = makeFolder()
const names = writeAll(folder, chosen)
afterAll(remove)

describe.each(names.map((name, index) => [Object.values(chosen[index] ?? {}).join(" "), name, index] as const))(
  "the generated tests of %s",
  async (_, name, index) => {
    await import(join(folder, name, `test/C${index}Acme.test.ts`))
    if (isWhole && index % 10 === 0) await import(join(folder, name, "test/FaultSchedules.test.ts"))
  }
)
