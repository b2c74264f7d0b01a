import { RegieError } from '#core/base/errors.ts'

/** No blueprint of the workspace has that dashboard. */
export class DashboardUnknown extends RegieError {
  constructor(id: string, known: readonly string[]) {
    super({ code: 'DASHBOARD_UNKNOWN', what: `There is no dashboard "${id}".`, next: known.length > 0 ? `There is: ${known.join(', ')}.` : 'Add dashboards/<name>.yaml to a blueprint.', data: { id, known } })
  }
}

/** No blueprint of the workspace has that view. */
export class ViewUnknown extends RegieError {
  constructor(id: string, known: readonly string[]) {
    super({ code: 'VIEW_UNKNOWN', what: `There is no view "${id}".`, next: known.length > 0 ? `There is: ${known.join(', ')}.` : 'Add views/<name>.yaml to a blueprint.', data: { id, known } })
  }
}

/** The filter, sort or row names a column that the blueprint doesn't declare for it. */
export class ColumnNotDeclared extends RegieError {
  constructor(column: string, known: readonly string[]) {
    super({ code: 'COLUMN_NOT_DECLARED', what: `"${column}" is no column that one can ask for here.`, next: known.length > 0 ? `There is: ${known.join(', ')}.` : undefined, data: { column, known } })
  }
}

/** Nothing was published yet, or the row is not in what is published now. */
export class RowMissing extends RegieError {
  constructor(id: string) {
    super({ code: 'ROW_MISSING', what: `No published row is called "${id}".`, next: 'It may have gone with a later publish: look at the list.', data: { id } })
  }
}
