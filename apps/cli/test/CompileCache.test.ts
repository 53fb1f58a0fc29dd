import { assert, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const bin = join(import.meta.dirname, "../bin/scanjobs.mjs")

/** Runs the program with a cache folder of its own, which `prepare` makes first, and gives what is in it afterwards. */
const cachedBy = (prepare: (folder: string) => void) => {
  const cache = mkdtempSync(join(tmpdir(), "scanjobs-cache-"))
  try {
    const folder = join(cache, "scanjobs")
    prepare(folder)
    const { NODE_COMPILE_CACHE: _, ...env } = process.env
    execFileSync(process.execPath, [bin, "--version"], { env: { ...env, XDG_CACHE_HOME: cache } })
    const files = existsSync(folder) ? readdirSync(folder) : []
    return { files, mode: existsSync(folder) ? statSync(folder).mode & 0o777 : undefined }
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
}

describe("compiled code", () => {
  it("is kept in a folder that only its user can use", () => {
    const { files, mode } = cachedBy(() => {})
    assert.isNotEmpty(files)
    assert.strictEqual(mode, 0o700)
  })

  it("is not kept in a folder that others can write to", () => {
    const { files } = cachedBy((folder) => {
      mkdirSync(folder)
      chmodSync(folder, 0o777)
    })
    assert.isEmpty(files)
  })

  it("is not kept behind a symbolic link", () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "scanjobs-elsewhere-"))
    try {
      chmodSync(elsewhere, 0o700)
      const { files } = cachedBy((folder) => symlinkSync(elsewhere, folder))
      assert.isEmpty(files)
    } finally {
      rmSync(elsewhere, { recursive: true, force: true })
    }
  })
})
