/**
 * Where things are. Google names a resource by its whole path, such as `projects/acme/locations/europe-west1/dlpJobs/i-1`; scopes and ids are the parts
 * of it that tell things of one connection apart.
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

/** Where jobs and triggers of Sensitive Data Protection are: the locations of the project, and those of each organization. */
export const all = ({ locations, organizations = [] }: Settings): ReadonlyArray<string> => [
  ...locations,
  ...organizations.flatMap((number) => locations.map((location) => `organizations/${number}/${location}`))
]

/** Where data scans are. Dataplex has them in regions only. */
export const regions = ({ locations }: Settings): ReadonlyArray<string> =>
  locations.filter((location) => location !== "global")

/** The last part of a name, which is unique in its place. */
export const last = (name: string): string => name.slice(name.lastIndexOf("/") + 1)

/** What identifies a definition over all places. */
export const definition = (place: string, name: string): string => `${place}/${last(name)}`

/** The owner and the location that a place of {@link all} stands for. */
export const ofOwner = (place: string, { project }: Settings) => {
  const [organizations, owner = "", location = ""] = place.split("/")
  return organizations === "organizations"
    ? ({ owners: "organizations", owner, location } as const)
    : ({ owners: "projects", owner: project, location: place } as const)
}

/** The project, the location and the id of a data scan, from its {@link definition}. */
export const ofDataScan = (scan: string, { project }: Settings) => {
  const [location = "", id = ""] = scan.split("/")
  return { project, location, scan: id }
}
