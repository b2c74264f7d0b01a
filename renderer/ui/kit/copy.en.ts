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
} as const
