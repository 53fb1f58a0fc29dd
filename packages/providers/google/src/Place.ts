/**
 * Where things are: the names that Google gives to resources, such as `projects/acme/locations/europe-west1`.
 */
import { Schema } from "effect"

/** A project, by its id or number, or an organization, by its number. */
export const Name = Schema.String.check(
  Schema.isPattern(/^[a-z\d][a-z\d.:-]*$/, { expected: "an id such as acme-prod, or a number" })
)

/** A location. */
export const Location = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z\d-]*$/, { expected: "a location such as europe-west1, or global" })
)

interface Settings {
  readonly project: string
  readonly locations: ReadonlyArray<string>
  readonly organizations?: ReadonlyArray<string>
}

/** Where jobs and triggers of Sensitive Data Protection are: the project and the organizations, in each location. */
export const owners = ({ locations, organizations = [], project }: Settings): ReadonlyArray<string> =>
  [`projects/${project}`, ...organizations.map((number) => `organizations/${number}`)].flatMap((owner) =>
    locations.map((location) => `${owner}/locations/${location}`)
  )

/** Where data scans are. Dataplex has them in regions only. */
export const regions = ({ locations, project }: Settings): ReadonlyArray<string> =>
  locations.filter((location) => location !== "global").map((location) => `projects/${project}/locations/${location}`)

/** Where configurations of Web Security Scanner are. */
export const projects = ({ project }: Settings): ReadonlyArray<string> => [`projects/${project}`]

/** The last part of a name. */
export const last = (name: string): string => name.slice(name.lastIndexOf("/") + 1)

/** The owner and the location of a name. */
export const ofOwner = (name: string) => {
  const [kind, owner = "", , location = ""] = name.split("/")
  const owners = kind === "organizations" ? ("organizations" as const) : ("projects" as const)
  return { owners, owner, location }
}

/** The project of a name. */
export const ofProject = (name: string) => ({ project: name.split("/")[1] ?? "" })

/** The project and the configuration of the name of a configuration. */
export const ofScanConfig = (name: string) => ({ ...ofProject(name), config: last(name) })

/** The project and the location of a name. */
export const ofRegion = (name: string) => ({ ...ofProject(name), location: name.split("/")[3] ?? "" })

/** The project, the location and the data scan of the name of a data scan. */
export const ofDataScan = (name: string) => ({ ...ofRegion(name), scan: last(name) })
