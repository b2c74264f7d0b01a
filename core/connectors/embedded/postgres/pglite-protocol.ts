/** What the main thread asks of the PGlite worker. One request at a time; every one is answered once. */
export type PgliteRequest =
  | { readonly id: number; readonly do: 'open'; readonly dataDir: string }
  | { readonly id: number; readonly do: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly id: number; readonly do: 'exec'; readonly sql: string }
  /** COPY … FROM '/dev/blob' with these bytes. */
  | { readonly id: number; readonly do: 'copy-in'; readonly sql: string; readonly bytes: Uint8Array }
  /** COPY … TO '/dev/blob'; the result stays in the worker under the request's id and is fetched in pieces. */
  | { readonly id: number; readonly do: 'copy-out'; readonly sql: string }
  | { readonly id: number; readonly do: 'piece'; readonly of: number; readonly from: number; readonly size: number }
  | { readonly id: number; readonly do: 'drop'; readonly of: number }
  | { readonly id: number; readonly do: 'close' }

export type PgliteAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: { readonly code?: string; readonly message: string; readonly table?: string; readonly column?: string; readonly constraint?: string } }
