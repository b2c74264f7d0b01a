import { createHashHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent, Link, redirect, retainSearchParams } from '@tanstack/react-router'
import { text } from './api/search.ts'
import { useWords } from './i18n/index.ts'
import { aboutSearch } from './pages/about/search.ts'
import { auditSearch } from './pages/audit/search.ts'
import { dashboardSearch } from './pages/dashboard/search.ts'
import { compareSearch } from './pages/pipelines/compare-search.ts'
import { dataSearch } from './pages/data/search.ts'
import { pipelineSearch } from './pages/pipelines/search.ts'
import { qualitySearch, rejectsSearch } from './pages/quality/search.ts'
import { runSearch } from './pages/run/search.ts'
import { viewSearch } from './pages/view/search.ts'
import { scoreSearch } from './pages/score/search.ts'
import { Shell } from './shell/shell.tsx'
import { BarePage } from './ui/bare-page.tsx'
import { EmptyPicture, Message } from './ui/pictures.tsx'
import { failureOf } from './api/open.ts'

const root = createRootRoute({
  validateSearch: (raw: Record<string, unknown>): { env?: string } => ({ env: text(raw, 'env') }),
  search: { middlewares: [retainSearchParams(['env'])] },
  component: Shell,
  notFoundComponent: NoSuchPage,
})
const at = () => root

const overview = createRoute({ getParentRoute: at, path: '/', component: lazyRouteComponent(() => import('./pages/overview/page.tsx'), 'OverviewPage') })
const pipelines = createRoute({ getParentRoute: at, path: '/pipelines', component: lazyRouteComponent(() => import('./pages/pipelines/list-page.tsx'), 'PipelinesPage') })
const pipeline = createRoute({
  getParentRoute: at,
  path: '/pipelines/$pipeline',
  validateSearch: pipelineSearch,
  component: lazyRouteComponent(() => import('./pages/pipelines/pipeline-page.tsx'), 'PipelinePage'),
})
const compare = createRoute({
  getParentRoute: at,
  path: '/pipelines/$pipeline/compare',
  validateSearch: compareSearch,
  component: lazyRouteComponent(() => import('./pages/pipelines/compare-page.tsx'), 'ComparePage'),
})
const run = createRoute({
  getParentRoute: at,
  path: '/runs/$runId',
  validateSearch: runSearch,
  component: lazyRouteComponent(() => import('./pages/run/page.tsx'), 'RunPage'),
})
const rejects = createRoute({
  getParentRoute: at,
  path: '/rejects',
  validateSearch: rejectsSearch,
  beforeLoad: ({ search }) => {
    throw redirect({ to: '/quality', search, replace: true })
  },
})
const quality = createRoute({
  getParentRoute: at,
  path: '/quality',
  validateSearch: qualitySearch,
  component: lazyRouteComponent(() => import('./pages/quality/page.tsx'), 'QualityPage'),
})
const data = createRoute({
  getParentRoute: at,
  path: '/data',
  validateSearch: dataSearch,
  component: lazyRouteComponent(() => import('./pages/data/page.tsx'), 'DataPage'),
})
const score = createRoute({
  getParentRoute: at,
  path: '/score',
  validateSearch: scoreSearch,
  component: lazyRouteComponent(() => import('./pages/score/page.tsx'), 'ScorePage'),
})
const dashboard = createRoute({
  getParentRoute: at,
  path: '/dashboards/$dashboard',
  validateSearch: dashboardSearch,
  component: lazyRouteComponent(() => import('./pages/dashboard/page.tsx'), 'DashboardPage'),
})
const audit = createRoute({
  getParentRoute: at,
  path: '/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('./pages/audit/page.tsx'), 'AuditPage'),
})
const doctor = createRoute({ getParentRoute: at, path: '/doctor', component: lazyRouteComponent(() => import('./pages/doctor/page.tsx'), 'DoctorPage') })
const about = createRoute({ getParentRoute: at, path: '/about', validateSearch: aboutSearch, component: lazyRouteComponent(() => import('./pages/about/page.tsx'), 'AboutPage') })
const settings = createRoute({ getParentRoute: at, path: '/settings', component: lazyRouteComponent(() => import('./pages/settings/page.tsx'), 'SettingsPage') })

const gallery = createRoute({ getParentRoute: at, path: '/gallery', component: lazyRouteComponent(() => import('./pages/gallery/page.tsx'), 'GalleryPage') })

/** A blueprint's views stand at their own names: `/products`. Every path above wins over them. */
const view = createRoute({
  getParentRoute: at,
  path: '/$view',
  validateSearch: viewSearch,
  component: lazyRouteComponent(() => import('./pages/view/items-page.tsx'), 'ItemsPage'),
})
const viewItem = createRoute({
  getParentRoute: at,
  path: '/$view/$item',
  validateSearch: viewSearch,
  component: lazyRouteComponent(() => import('./pages/view/item-page.tsx'), 'ItemPage'),
})

/** Paths stand behind the hash: the same files work from a server's root, a folder and a packaged window. */
export const router = createRouter({
  routeTree: root.addChildren([overview, pipelines, pipeline, compare, run, rejects, quality, data, score, dashboard, audit, doctor, settings, about, gallery, view, viewItem]),
  history: createHashHistory(),
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error, reset }) => <PageFailed error={error} reset={reset} />,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

function PageFailed({ error, reset }: { error: unknown; reset: () => void }): React.ReactElement {
  const { t } = useWords()
  return (
    <BarePage title={failureOf(error).what}>
      <Message
        failure={failureOf(error)}
        actions={
          <button type="button" className="link" onClick={reset}>
            {t('ui.tryNow')}
          </button>
        }
      />
    </BarePage>
  )
}

function NoSuchPage(): React.ReactElement {
  const { t } = useWords()
  return (
    <BarePage title={t('shell.noSuchPage')}>
      <EmptyPicture
        title={t('shell.noSuchPage')}
        text={t('shell.noSuchPageMore')}
        action={
          <Link className="link" to="/">
            {t('shell.pages.overview')}
          </Link>
        }
      />
    </BarePage>
  )
}
