/** Words of the kit's larger parts; they stand under `ui`. */
export const kitEn = {
  table: { width: 'Width of {{column}}', columns: 'Columns', reset: 'Columns as they were' },
} as const
