import { existsSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import type { CreateNodes, CreateNodesResult, TargetConfiguration } from "@nx/devkit"

/** Gives every project the same targets, so that no package.json repeats them. */
export const createNodes: CreateNodes = [
  "{{packages,apps,tools}/*,packages/providers/*}/package.json",
  (files, _options, { workspaceRoot }) =>
    files.map((file): readonly [string, CreateNodesResult] => {
      const project = dirname(file)
      return [file, { projects: { [project]: { targets: targetsOf(workspaceRoot, project) } } }]
    })
]

/** The plugin's name in Nx. */
export const name = "scanjobs"

const targetsOf = (workspaceRoot: string, project: string): Record<string, TargetConfiguration> => {
  const has = (path: string) => existsSync(join(workspaceRoot, project, path))
  const targets: Record<string, TargetConfiguration> = {
    typecheck: {
      command: "tsc -b",
      options: { cwd: "{projectRoot}" },
      inputs: ["source", "tests", "^source"],
      cache: true
    }
  }
  if (has("tsconfig.lib.json")) {
    targets["build"] = {
      command: "tsc -b tsconfig.lib.json",
      options: { cwd: "{projectRoot}" },
      dependsOn: ["^build"],
      inputs: ["source", "^source"],
      outputs: ["{projectRoot}/dist"],
      cache: true
    }
  }
  if (has("test")) {
    targets["test"] = {
      command: `vitest run --root ${relative(project, ".")} ${project}/`,
      options: { cwd: "{projectRoot}" },
      inputs: ["source", "tests", "^source"],
      cache: true
    }
  }
  return targets
}
