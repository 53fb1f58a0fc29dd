/**
 * The version of the provider contract that this core makes and reads.
 *
 * A program that loads providers by name compares a provider's own `contract` with it before it uses the provider, which may
 * have been made by another version of core.
 *
 * **Example** (whether a provider that was loaded by name can be used)
 *
 * ```ts
 * import { Contract, type Provider } from "@scanjobs/core"
 *
 * export const isUsable = (provider: Provider.Any) => provider.contract === Contract.version
 * ```
 */

/**
 * The version. It grows only when providers of an earlier version can no longer be used.
 *
 * @since 0.1.0
 * @category models
 */
export const version = 1
