/**
 * AvePoint's data centres and their token servers.
 *
 * **Example** (the addresses of a data centre)
 *
 * ```ts run
 * import { Region } from "@scanjobs/avepoint"
 * import { Schema } from "effect"
 *
 * const region = Schema.decodeUnknownSync(Region.Region)("us")
 * console.log(Region.addressesOf(region).baseUrl) // https://graph-us.avepointonlineservices.com
 * ```
 */
import { Schema } from "effect"

const commercial = [
  "au",
  "sg",
  "ca",
  "ne",
  "we",
  "fr",
  "de",
  "jp",
  "kr",
  "ch",
  "uk",
  "us",
  "uae",
  "za",
  "qa",
  "gcp-au",
  "gcp-jp",
  "gcp-us",
  "gcp-we",
  "gcp-kr"
] as const

/**
 * The data centres as the documentation names them. `fedramp` is the one of Project Hosts, which has no name there.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Region = Schema.Literals([...commercial, "gov", "aos2", "fedramp"])
/**
 * The name of a data centre.
 *
 * @since 0.1.0
 * @category models
 */
export type Region = typeof Region.Type

/**
 * The addresses of a region's API and token server. The token server of each data centre is inferred from the documentation's table.
 *
 * @since 0.1.0
 * @category accessors
 */
export const addressesOf = (region: Region): { readonly baseUrl: string; readonly tokenUrl: string } => {
  switch (region) {
    case "fedramp":
      return {
        baseUrl: "https://graphusgovapi.online15.net",
        tokenUrl: "https://identity.online15.net/connect/token"
      }
    case "gov":
    case "aos2":
      return {
        baseUrl: `https://graph-${region}.avepointonlineservices.com`,
        tokenUrl: `https://identity-${region}.avepointonlineservices.com/connect/token`
      }
    default:
      return {
        baseUrl: `https://graph-${region}.avepointonlineservices.com`,
        tokenUrl: "https://identity.avepointonlineservices.com/connect/token"
      }
  }
}
