/**
 * Rows as CSV (RFC 4180, CRLF, UTF-8 with a mark so that spreadsheets read accents). A text that a
 * spreadsheet would take for a formula gets a leading apostrophe; numbers stay as they are.
 */
export function toCsv(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  return '\uFEFF' + [line(head), ...rows.map(line)].join('\r\n') + '\r\n'
}

const line = (cells: readonly (string | number | null)[]): string => cells.map(csvCell).join(',')

function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Rows as the clipboard of a spreadsheet wants them. */
export function toTsv(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => row.map((cell) => String(cell ?? '').replaceAll(/[\t\r\n]+/g, ' ')).join('\t')).join('\n')
}

/** Hands a text to the browser as a file. */
export function download(name: string, text: string, type: string): void {
  saveBlob(name, new Blob([text], { type }))
}

/** Hands bytes to the browser as a file. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
