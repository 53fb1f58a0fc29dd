/**
 * Which form of provider this core makes and reads.
 *
 * A program that loads providers by name compares a provider's own `contract` with it before it uses the provider, because that
 * one may have been made by another core.
 */

/** Counted up only where a provider of another version cannot be used any more. */
export const version = 1
