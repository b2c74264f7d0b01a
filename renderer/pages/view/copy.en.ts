export const viewEn = {
  counted: '{{n}} {{title}}',
  nothingText: 'This view reads the published tables. It fills when the first run has passed its gates and published.',
  all: 'All: {{title}}',
  shown: '{{shown}} of {{total}} shown',
  noRows: 'Nothing of this item matches. Clear the filters, or choose another.',
  more: 'Show more',
  explained: 'Scores explained',
} as const
