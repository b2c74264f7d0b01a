import { shell } from 'electron'

/** Only pages of the web, and only encrypted ones: a scheme may start a program. */
export function isSafeExternal(address: string): boolean {
  try {
    const { protocol, username, password } = new URL(address)
    return protocol === 'https:' && !username && !password
  } catch {
    return false
  }
}

/** Opens a link in the person's browser. The one place that hands an address to the system. */
export function openExternal(address: string): void {
  if (isSafeExternal(address)) void shell.openExternal(address)
}
