/**
 * What to do where the store cannot be used, in words that hold no address.
 */
import type { StoreError } from "@scanjobs/history"

/** The database's own words may hold addresses, and go to the log only. */
const advice: { readonly [Tag in StoreError.Reason["_tag"]]: string } = {
  StoreCorrupt: "its file is damaged or is no SQLite database; move it away, or restore a backup",
  StoreReadOnly: "it may not be written; make its file and its folder writable",
  DiskFull: "there is no space left for it",
  StoreNewer: "a newer version of scanjobs has written it; update this one",
  StoreBusy: "another process is using it",
  StoreUnreachable: "it cannot be opened; look whether its file is where it was, or its server answers",
  StoreRefused: "the database refuses the user",
  StoreForeign: "the database belongs to another program",
  DriverMissing: "the package of its driver is not installed",
  StoreFailed: "a statement failed; the log of the server has more"
}

/** The words for a condition. */
export const of = ({ _tag }: StoreError.Reason): string => advice[_tag]
