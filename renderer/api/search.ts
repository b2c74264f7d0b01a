/* The URL is typed by people too: what does not fit is left out, never an error. */

type Raw = Record<string, unknown>

export const text = (raw: Raw, key: string): string | undefined => {
  const value = raw[key]
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined
}

export const flag = (raw: Raw, key: string): true | undefined => (raw[key] === true || raw[key] === 'true' ? true : undefined)

export const whole = (raw: Raw, key: string): number | undefined => {
  const value = raw[key]
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined
}

export const oneOf = <T extends string>(raw: Raw, key: string, values: readonly T[]): T | undefined => values.find((value) => value === raw[key])
