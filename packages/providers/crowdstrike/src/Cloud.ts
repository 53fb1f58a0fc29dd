/**
 * The clouds of Falcon, and the tokens that they give. An account is in one cloud, and the others do not know it.
 */
import { type Credential, OAuth } from "@scanjobs/core"
import { type Redacted, Schema } from "effect"
import type { HttpClient } from "effect/http"
import * as Errors from "./Errors.ts"

const addresses = {
  "us-1": "https://api.crowdstrike.com",
  "us-2": "https://api.us-2.crowdstrike.com",
  "eu-1": "https://api.eu-1.crowdstrike.com",
  "us-gov-1": "https://api.laggar.gcw.crowdstrike.com",
  "us-gov-2": "https://api.us-gov-2.crowdstrike.mil"
} as const

/** The name of a cloud. */
export const Cloud = Schema.Literals(["us-1", "us-2", "eu-1", "us-gov-1", "us-gov-2"])

interface Account {
  readonly baseUrl?: string
  readonly cloud?: typeof Cloud.Type
}

/** The address of a connection, without a slash at its end. The rules guarantee a cloud where there is no address. */
export const addressOf = ({ baseUrl, cloud }: Account): string =>
  baseUrl?.replace(/\/+$/, "") ?? (cloud === undefined ? "" : addresses[cloud])

interface Client extends Account {
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
  readonly memberCid?: string
}

/** A token of the account's cloud. The limit is that of an address of the internet, whoever asks from there. */
export const credential = ({
  clientId,
  clientSecret,
  memberCid,
  ...account
}: Client): Credential.Credential<never, HttpClient.HttpClient> =>
  OAuth.clientCredentials({
    tokenUrl: `${addressOf(account)}/oauth2/token`,
    clientId,
    proof: { clientSecret },
    ...(memberCid === undefined ? {} : { parameters: { member_cid: memberCid } }),
    quotas: [{ requests: 300, window: "1 minute" }],
    rejection: Errors.reader,
    hint: Errors.credentialHint
  })

/** An account is in one cloud, which has to be known. */
export const rules = (has: (key: "baseUrl" | "cloud") => boolean) =>
  has("cloud") || has("baseUrl")
    ? []
    : [{ key: "cloud" as const, message: `missing key; give cloud (${Cloud.literals.join(", ")}), or baseUrl` }]
