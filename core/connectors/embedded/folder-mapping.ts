import { z } from 'zod'

const Name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower-case letters, digits and _')

/** How one kind of file becomes rows of a table. */
const Part = z.strictObject({
  /** File name in the folder; `*` stands for anything. */
  files: z.string().min(1),
  /** May be absent from the folder. */
  optional: z.boolean().default(false),
  format: z.enum(['csv', 'tsv', 'parquet']).default('csv'),
  /** Of csv: RFC 4180 unless said otherwise. tsv has no quotes unless said otherwise. */
  delimiter: z.string().length(1).optional(),
  quote: z.string().max(1).optional(),
  /** The files' encoding. */
  encoding: z.enum(['utf-8', 'utf-16', 'latin-1']).default('utf-8'),
  /** A SELECT over `file`, whose columns are those of the files (all text for csv and tsv). */
  select: z.string().min(1),
})
export type FolderPart = z.infer<typeof Part>

/** A folder of files as the tables of a relational source. */
export const FolderMapping = z.strictObject({
  title: z.string().min(1),
  tables: z.record(
    Name,
    z.strictObject({
      /** Column → SQL type. What a part doesn't select is NULL. */
      columns: z.record(Name, z.string().regex(/^[A-Z0-9_(), ]+$/, 'must be a SQL type in capitals')),
      from: z.array(Part).default([]),
    }),
  ),
})
export type FolderMapping = z.infer<typeof FolderMapping>
