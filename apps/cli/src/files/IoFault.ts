/**
 * Says in words why a file or an output cannot be written or read.
 */
const words = new Map([
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the disk quota is used up"],
  ["EROFS", "the file system is read-only"],
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["ENOENT", "no such file or folder"],
  ["ENOTDIR", "a part of the path is not a folder"],
  ["EISDIR", "it is a folder"],
  ["ELOOP", "it is a symbolic link"],
  ["EEXIST", "it exists already"],
  ["ENAMETOOLONG", "the name is too long"],
  ["EFBIG", "the file would be larger than is allowed"],
  ["EMFILE", "too many files are open"],
  ["EBUSY", "it is in use"],
  ["EIO", "the device reports an input/output error"]
])

/** The words for a system error code such as `ENOSPC`, followed by the code itself. */
const ofCode = (code: string): string => {
  const known = words.get(code)
  return known === undefined ? code : `${known}, ${code}`
}

/** The system error code of an error, such as `ENOSPC`, or `undefined` where it carries none. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined

/** Why an operation on a file failed. */
export const ofError = (error: unknown): string => {
  const code = codeOf(error)
  if (code !== undefined) return ofCode(code)
  return error instanceof Error ? error.message : "for an unknown reason"
}
