/** Words of the kit's larger parts; they stand under `ui`. */
export const kitEn = {
  table: { width: 'Width of {{column}}', columns: 'Columns', reset: 'Columns as they were' },
  plot: {
    asTable: 'As a table',
    asChart: 'As a chart',
    points_one: '{{n}} point',
    points_other: '{{n}} points',
    thinned_one: 'Every point ({{n}})',
    thinned_other: 'One point of {{n}}',
    x: 'At',
  },
  proof: {
    root: 'root',
    entry: 'entry {{seq}}',
    ladder_one: 'One hash from entry {{seq}} to the root',
    ladder_other: '{{n}} hashes from entry {{seq}} to the root',
    never: 'never',
    ageOf: '{{age}} of {{most}}',
  },
  restore: {
    now: 'now',
    keeps: 'keeps',
    compared: 'restored and compared',
    checksummed: 'checksummed',
    listed: 'listed only',
    cancelled: 'cancelled',
    anyMoment: 'any moment',
    says_one: '{{at}}: {{n}} of {{of}} systems can go there',
    says_other: '{{at}}: {{n}} of {{of}} systems can go there',
  },
} as const
