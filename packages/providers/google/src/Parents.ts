/**
 * The listings whose items have the runs: the configurations of Web Security Scanner, and the data scans of Dataplex.
 */
import { Listing } from "@scanjobs/core"
import { Schema } from "effect"
import * as Api from "./Api.ts"

/** The configurations of a project. */
export const scanConfigs = Listing.make({ row: Api.ScanConfig, endpoint: Api.scanConfigs })

/** The data scans of a region. */
export const dataScans = Listing.make({ row: Api.DataScan, endpoint: Api.dataScans, scope: Schema.String })
