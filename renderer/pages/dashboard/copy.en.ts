export const dashboardEn = {
  nothing: '{{title}}: nothing was published yet',
  nothingHere: 'No published table to show',
  nothingText: 'Charts read the published tables. They appear when the first run has passed its gates and published.',
  toPipelines: 'Open the pipelines',
  published: 'Published',
  any: '{{title}}: any',
  clear: 'Clear filters',
  noFilter: 'No filter; a click on a mark sets one',
  noRows: 'No row under these filters.',
} as const
