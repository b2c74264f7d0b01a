import { getRouteApi } from '@tanstack/react-router'
import { Board } from './board.tsx'
import { Rejects } from './rejects.tsx'
import './quality.css'

const route = getRouteApi('/quality')

/** By what rules rows are refused and runs are stopped, what that gave over the runs, and the rows themselves. */
export function QualityPage(): React.ReactElement {
  return route.useSearch().show === 'rejects' ? <Rejects /> : <Board />
}
