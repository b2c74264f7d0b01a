import type { Secrets } from '#core/environments/open-systems.ts'

/** For environments whose systems are all embedded. */
export const noSecrets: Secrets = { use: (name) => Promise.reject(new Error(`no secret is expected here, but ${name} was asked for`)) }
