/**
 * The clouds of Falcon. An account is in one of them, and the others do not know it.
 */
import { Schema } from "effect"

const addresses = {
  "us-1": "https://api.crowdstrike.com",
  "us-2": "https://api.us-2.crowdstrike.com",
  "eu-1": "https://api.eu-1.crowdstrike.com",
  "us-gov-1": "https://api.laggar.gcw.crowdstrike.com",
  "us-gov-2": "https://api.us-gov-2.crowdstrike.mil"
} as const

/** The name of a cloud. */
export const Cloud = Schema.Literals(["us-1", "us-2", "eu-1", "us-gov-1", "us-gov-2"])

/** The address of a connection, without a slash at its end. The rules guarantee a cloud where there is no address. */
export const addressOf = ({
  baseUrl,
  cloud
}: {
  readonly baseUrl?: string
  readonly cloud?: typeof Cloud.Type
}): string => baseUrl?.replace(/\/+$/, "") ?? (cloud === undefined ? "" : addresses[cloud])
