import { existsSync } from "node:fs"
import { join, posix } from "node:path"
import { packagesOf, type Project, readJson } from "./projects.ts"

interface Config {
  readonly references?: ReadonlyArray<{ readonly path: string }>
}

/** Finds TypeScript references that differ from the dependencies in package.json. */
export const findReferenceProblems = (root: string, projects: ReadonlyArray<Project>): ReadonlyArray<string> => {
  const byName = new Map(projects.map((project) => [project.manifest.name, project]))
  const libs = (names: object | undefined): ReadonlyArray<string> =>
    Object.keys(names ?? {}).flatMap((name) => {
      const other = byName.get(name)
      return other === undefined ? [] : [`${other.dir}/tsconfig.lib.json`]
    })
  const problems = compare(
    root,
    "tsconfig.json",
    projects.map(({ dir }) => dir)
  )
  for (const project of projects) {
    const { dir, manifest } = project
    const lib = `${dir}/tsconfig.lib.json`
    const test = `${dir}/tsconfig.test.json`
    const source = libs(packagesOf(project))
    const all = libs({ ...packagesOf(project), ...manifest.devDependencies })
    if (existsSync(join(root, lib))) {
      problems.push(
        ...compare(root, `${dir}/tsconfig.json`, [lib, test]),
        ...compare(root, lib, source),
        ...compare(root, test, [lib, ...all])
      )
    } else problems.push(...compare(root, `${dir}/tsconfig.json`, all))
  }
  return problems
}

/** One line for each reference that is missing or should not be there. */
const compare = (root: string, file: string, expected: ReadonlyArray<string>): Array<string> => {
  if (!existsSync(join(root, file))) return [`${file}: is missing`]
  const { references = [] } = readJson(join(root, file)) as Config
  const actual = references.map(({ path }) => posix.join(posix.dirname(file), path))
  return [
    ...expected.filter((path) => !actual.includes(path)).map((path) => `${file}: has no reference to ${path}`),
    ...actual.filter((path) => !expected.includes(path)).map((path) => `${file}: should not refer to ${path}`)
  ]
}
