/**
 * The service account that the emulator knows. Its key is made once per process, because making one takes long.
 */
import { generateKeyPairSync } from "node:crypto"
import { project } from "./SyntheticScans.ts"

const email = `scanjobs@${project}.iam.gserviceaccount.example`
const keyId = "emulated-key-1"

/** What the services accept. */
export const scope = "https://www.googleapis.com/auth/cloud-platform"

interface Pair {
  readonly privateKey: string
  readonly publicKey: string
}

let made: Pair | undefined

const pair = (): Pair =>
  (made ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" }
  }))

/** The account, as the token server knows it. */
export const account = () => ({ issuer: email, keyId, publicKey: pair().publicKey })

/** The key file, in the form that the console gives. */
export const keyFile = (tokenUri: string): string =>
  JSON.stringify({
    type: "service_account",
    project_id: project,
    private_key_id: keyId,
    private_key: pair().privateKey,
    client_email: email,
    client_id: "100000000000000000001",
    token_uri: tokenUri
  })
