import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { workspaceRoot } from "../src/projects.ts"

/** Files by path. A content that is not a string is written as JSON. */
export type Tree = Readonly<Record<string, unknown>>

/** A folder with these files, removed when the returned object is disposed. */
export const makeTree = (files: Tree) => {
  const root = mkdtempSync(join(tmpdir(), "workspace-tree-"))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content))
  }
  return {
    root,
    /** Links a package of this workspace's node_modules, or a folder of the tree, so that the tree can import it. */
    link: (name: string, target = join(workspaceRoot, "node_modules", name)) => {
      const path = join(root, "node_modules", name)
      mkdirSync(dirname(path), { recursive: true })
      symlinkSync(target, path)
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true })
  }
}
